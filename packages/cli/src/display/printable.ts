// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

/** Text from a host or a file, fit for a terminal: what would steer the terminal becomes visible instead. */
export function printable(text: string): string {
  return text.replace(CONTROL, '\ufffd');
}

/** The same in one line. */
export function oneLine(text: string): string {
  return printable(text.trimEnd().replace(/\s*[\r\n]+\s*/g, ' '));
}

/** How many cells of a terminal a text takes; Chinese characters and their kin take two. */
export function widthOf(text: string): number {
  return [...text.normalize('NFC')].length + (text.match(WIDE)?.length ?? 0);
}

/** Breaks a line between words so that each part fits, the parts after the first indented. */
export function wrap(text: string, columns: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<= )/)) {
    if (line.trim() !== '' && widthOf(line + word.trimEnd()) > columns) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += word;
  }
  return [...lines, line.trimEnd()];
}
