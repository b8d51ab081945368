import type { NewEntry } from '../../journal/journal.ts';
import type { Created } from '../../storage/created.ts';

export function entry(
  kind: NewEntry['kind'],
  step: string,
  data: Readonly<Record<string, unknown>>,
): NewEntry {
  return { atMs: 0, kind, step, data };
}

/** How often the same step is kept: recovery counts no further. */
const KEPT_MAX = 6;

/**
 * A journal with some entries more. What recovery does again and again is kept so often only: the story would grow for
 * ever, and with it the number of states, without anything in it that recovery reads.
 */
export function append(journal: readonly NewEntry[], more: readonly NewEntry[]): readonly NewEntry[] {
  let entries = [...journal, ...more];
  for (const { kind, step, data } of more) {
    const same = (one: NewEntry) =>
      one.kind === kind && one.step === step && nameOf(one) === nameOf({ data });
    const max = kind === 'intent' && step === 'abort-job' ? KEPT_MAX : 1;
    const surplus = entries.filter(same).slice(0, -max);
    if (surplus.length > 0) entries = entries.filter((one) => !surplus.includes(one));
  }
  return entries;
}

function nameOf({ data }: Pick<NewEntry, 'data'>): string {
  return (data.created as Created | undefined)?.name ?? '';
}

/** Whether a call is known to have succeeded. */
export function hasAnswer(name: string, entries: readonly NewEntry[]): boolean {
  return entries.some(({ kind, step, data }) => kind === 'result' && step === name && data.ok === true);
}
