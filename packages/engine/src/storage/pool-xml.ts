/** A storage pool that is a directory (formatstorage.html). */
export function poolXml(name: string, path: string): string {
  return `<pool type="dir"><name>${escapeXml(name)}</name><target><path>${escapeXml(path)}</path></target></pool>`;
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (char) => `&#${char.codePointAt(0)};`);
}
