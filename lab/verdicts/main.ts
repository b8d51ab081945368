/** Writes what Ferry said before each move of the tests of preflight, and what came of it, into the docs: script/verdicts. */
import { readFile } from 'node:fs/promises';
import { writeSection } from '../rounds/report/section.ts';
import { count, table } from '../rounds/report/tables.ts';
import type { Verdict } from '../test/verdicts.ts';

const [path = ''] = process.argv.slice(2);
const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
// We alone write these files.
const verdicts = lines.map((line) => JSON.parse(line) as Verdict);
await writeSection('docs/preflight/verdicts.md', 'verdicts', `${counts()}\n\n${table(header(), rows())}`);

function counts(): string {
  const refused = verdicts.filter(({ verdict }) => verdict === 'blocked');
  const passed = verdicts.filter(({ verdict }) => verdict !== 'blocked');
  const needless = count(refused, ({ moved, stricter }) => moved && stricter === '');
  return [
    `${refused.length} moves that Ferry refuses: virsh failed in ${count(refused, ({ moved }) => !moved)},`,
    `did what must not be done in ${count(refused, ({ stricter }) => stricter !== '')},`,
    `and moved well in ${needless}.`,
    `${passed.length} that it lets through: ${count(passed, ({ moved }) => moved)} moved,`,
    `${count(passed, ({ moved }) => !moved)} failed.`,
  ].join(' ');
}

function header(): string[] {
  return ['condition', 'Ferry says', 'who then moved', 'what came'];
}

function rows(): string[][] {
  return verdicts.map(({ file, condition, verdict, blockers, by, moved, said, stricter }) => [
    `${file}: ${cell(condition)}`,
    blockers.length > 0 ? blockers.map((id) => `\`${id}\``).join(', ') : verdict,
    by === 'virsh' ? 'virsh' : 'Ferry',
    moved ? ['moved', stricter].filter((part) => part !== '').join(': ') : cell(said),
  ]);
}

/** Names of guests and ports are each run's own; only the first line of what was said. */
function cell(text: string): string {
  const [first = ''] = text.split('\n');
  return first
    .replace(/\bt\d+-\d+\b/g, 'GUEST')
    .replace(/^error: /, '')
    .replaceAll('|', '\\|');
}
