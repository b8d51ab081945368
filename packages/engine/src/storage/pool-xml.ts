/** A storage pool that is a directory (formatstorage.html). `mode`, as `0755`: of the directory, where it is made. */
export function poolXml(name: string, path: string, mode?: string): string {
  const permissions = mode === undefined ? '' : `<permissions><mode>${mode}</mode></permissions>`;
  return `<pool type="dir"><name>${escapeXml(name)}</name><target><path>${escapeXml(path)}</path>${permissions}</target></pool>`;
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (char) => `&#${char.codePointAt(0)};`);
}
