import { readFile, writeFile } from 'node:fs/promises';

/** Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->` in a page. Throws where there is no such place. */
export async function writeSection(path: string, name: string, text: string): Promise<void> {
  const page = await readFile(path, 'utf8');
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`${path} has no section ${name}`);
  await writeFile(path, `${page.slice(0, from + open.length)}\n${text}\n${page.slice(to)}`);
}
