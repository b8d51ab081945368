/** Writes what Ferry said before each move of the tests of preflight, and what came of it, into the docs: script/verdicts. */
import { readFile } from 'node:fs/promises';
import { writeSection } from '../rounds/report/section.ts';
import { count, table } from '../rounds/report/tables.ts';
import type { Verdict } from '../test/verdicts.ts';

/** Of what was said, so much is shown. */
const LENGTH_MAX = 160;

const [path = ''] = process.argv.slice(2);
const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
// We alone write these files.
const verdicts = lines.map((line) => JSON.parse(line) as Verdict);
await writeSection('docs/preflight/verdicts.md', 'verdicts', `${counts()}\n\n${table(header(), rows())}`);

function counts(): string {
  const refused = verdicts.filter(({ verdict }) => verdict === 'blocked');
  const needless = count(refused, ({ moved, stricter }) => moved && stricter === '');
  return [
    `${refused.length} moves that Ferry refuses: virsh failed in ${count(refused, ({ moved }) => !moved)},`,
    `did what must not be done in ${count(refused, ({ stricter }) => stricter !== '')},`,
    `and moved well in ${needless}.`,
    letThrough('ready', 'that it has nothing against'),
    letThrough('warnings', 'of which it warns'),
  ].join(' ');
}

function letThrough(verdict: Verdict['verdict'], which: string): string {
  const of = verdicts.filter((one) => one.verdict === verdict);
  return `${of.length} ${which}: ${count(of, ({ moved }) => moved)} moved, ${count(of, ({ moved }) => !moved)} failed.`;
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

/** Names of guests and times are each run's own; of what was said, the beginning. */
function cell(text: string): string {
  const [first = ''] = text.split('\n');
  return first
    .replace(/\bt\d+-\d+\b/g, 'GUEST')
    .replace(/^error: /, '')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z /, '')
    .slice(0, LENGTH_MAX)
    .replaceAll('|', '\\|');
}
