import type { NewEntry } from '../../journal/journal.ts';
import type { Created } from '../../storage/created.ts';
import { entry } from '../model/entries.ts';
import { parametersFor, requestFor } from '../model/start.ts';
import type { Setting } from '../model/world.ts';
import { type Answer, type Choice, type MoveRecord, type Reached, recordOf } from '../record.ts';

/** What is moved and how, where that isn't the usual: direct, pre-copy, strict, a persistent guest on shared disks. */
export type Wishes = Partial<Setting> & { readonly abortRequested?: boolean };

export const POOL: Created = { kind: 'pool', name: 'ferry-1-disks' };
export const VOLUME: Created = {
  kind: 'volume',
  pool: POOL.name,
  name: 'web.qcow2',
  path: '/disks/web.qcow2',
};

const usual: Setting = {
  drive: 'direct',
  method: 'pre-copy',
  commit: 'strict',
  wasPaused: false,
  persistent: true,
  sourceDefinition: 'remove',
  definedThere: false,
  copyStorage: false,
  faults: 0,
};

/** What the journal says of a move that has come so far and got this answer to it, and of what was done since. */
export function told(
  { abortRequested = false, ...wishes }: Wishes,
  reached: Reached,
  answer: Answer = 'none',
  ...since: readonly (readonly NewEntry[])[]
): MoveRecord {
  const setting = { ...usual, ...wishes };
  const acts = actsOf(setting);
  const phases = acts.slice(0, acts.indexOf(reached) + 1);
  const parameters = parametersFor(setting);
  const calls = phases.flatMap((phase) => act(phase, phase === reached ? answer : 'ok', { parameters }));
  const before = setting.copyStorage ? [made(POOL), made(VOLUME)] : [];
  const entries = [inventory(setting), ...before.flat(), ...calls, ...since.flat()];
  return recordOf(requestFor(setting), entries, abortRequested);
}

/** The phases whose acts Ferry announces. */
function actsOf({ drive, commit }: Setting): readonly Reached[] {
  const calls =
    drive === 'direct' ? (['begin', 'prepare', 'perform', 'finish'] as const) : (['perform'] as const);
  return commit === 'strict' ? [...calls, 'commit'] : calls;
}

function inventory({ wasPaused, persistent, definedThere }: Setting): NewEntry {
  return entry('note', 'inventory', {
    wasPaused,
    persistent,
    definedThere: definedThere ? '<domain/>' : null,
  });
}

/** An act, and what came of it. */
export function act(step: string, answer: Answer = 'ok', data: object = {}): readonly NewEntry[] {
  const intent = entry('intent', step, { ...data });
  if (answer === 'none') return [intent];
  return [intent, entry('result', step, { ok: answer === 'ok', refused: answer === 'refused' })];
}

function made(created: Created): readonly NewEntry[] {
  return act(`create-${created.kind}`, 'ok', { created });
}

export function removed(created: Created): readonly NewEntry[] {
  return act(`remove-${created.kind}`, 'ok', { created });
}

export function chose(choice: Choice): readonly NewEntry[] {
  return [entry('note', 'choice', { choice })];
}

/** Recovery has waited, and nothing has changed. */
export const waited: readonly NewEntry[] = [entry('note', 'waited', {})];

/** The source was told that the move is over, and answered. */
export const gaveBack = act('resume-source');
