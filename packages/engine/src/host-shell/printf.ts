/** For `printf %b` of a shell: any byte that could mean something stands as its number. */
export function escapedForPrintf(text: string): string {
  return Array.from(Buffer.from(text), (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9/._]/.test(char) ? char : `\\0${byte.toString(8).padStart(3, '0')}`;
  }).join('');
}
