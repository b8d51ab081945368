import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decide } from '../decide.ts';
import type { MoveRecord } from '../record.ts';
import type { Sighting } from '../sighting.ts';
import type { Step } from '../step.ts';

/** A case of decide(), under the name of its row in docs/recovery.md, and the next step as it is called there. */
export type Row = readonly [
  name: string,
  record: MoveRecord,
  source: Sighting,
  destination: Sighting,
  next: string,
];

const page = readFileSync(new URL('../../../../../docs/recovery.md', import.meta.url), 'utf8');

/** Tests that each case is decided as it is said, and that the section of the page has the same rows and next steps. */
export function testRows(section: string, rows: readonly Row[]): void {
  describe(section, () => {
    test.each(rows)('%s', (_name, record, source, destination, next) => {
      expect(stepText(decide(record, source, destination))).toBe(next);
    });

    test('docs/recovery.md has these rows and no others', () => {
      expect(rowsOf(section)).toEqual(new Map(rows.map(([name, , , , next]) => [name, next])));
    });
  });
}

function stepText(step: Step): string {
  switch (step.name) {
    case 'hold':
      return step.mayPass ? 'hold until seen' : 'hold';
    case 'done':
      return `done: ${step.result.replace('-', ' ')}${step.debts.length > 0 ? ', with a debt' : ''}`;
    case 'resume-source':
      return step.decisive ? 'resume-source, decisive' : 'resume-source';
    default:
      return step.name;
  }
}

/** The name and the next step of each row in the tables of a section. */
function rowsOf(section: string): Map<string, string> {
  const [, text = ''] = page.split(`\n### ${section}\n`);
  const [tables = ''] = text.split(/\n##/);
  const cells = tables
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (row|---) /.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return new Map(cells.map(([, name = '', , , , next = '']) => [name, next]));
}
