import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';

const directory = new URL('../../../../docs/preflight/', import.meta.url);

/** The rows of the tables in docs/preflight: what each says of a finding. */
const rows = readdirSync(directory)
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) => readFileSync(new URL(file, directory), 'utf8').split('\n'))
  .flatMap((line) => {
    const [, id, severity, , remedy, shown] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const named = /^`([\w*-]+\.[\w-]+)`$/.exec(id ?? '')?.[1];
    return named === undefined ? [] : [{ id: named, severity, remedy, shown }];
  });

test('docs/preflight has each finding once, and no other', () => {
  expect(rows.map(({ id }) => id).toSorted()).toEqual([...catalogue.keys()].toSorted());
});

test('docs/preflight.md counts them', () => {
  const page = readFileSync(new URL('../preflight.md', directory), 'utf8');
  const shownBy = (how: RegExp) => rows.filter(({ shown }) => how.test(shown ?? '')).length;
  const [lab, recorded] = [shownBy(/\blab\b/), shownBy(/^(?!.*\blab\b).*\brecorded\b/)];
  expect(page).toContain(
    `Of ${rows.length} findings ${lab} are shown in the lab, ${recorded} from recorded answers, and ${rows.length - lab - recorded} by no test.`,
  );
});

test.each(rows)(
  '$id is as grave as the docs say, and they say what shows it',
  ({ id, severity, remedy, shown }) => {
    const text = catalogue.get(id);
    expect(severity).toBe(text?.severity);
    expect(shown).toMatch(/^(lab|recorded|not shown)\b/);
    const needsRemedy = text?.remedy !== undefined;
    if (needsRemedy) expect(remedy).not.toBe('');
  },
);
