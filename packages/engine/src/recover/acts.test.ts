import { DomainState, PausedReason } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { HOST_UUIDS, hastyEnv, ID, leftOpen } from '../testing/left-open.ts';
import { recover } from './recover.ts';

test.each([
  [false, ['resume']],
  [true, []],
])(
  'a guest that the user had paused (%s) changes hands, and only another is started',
  async (wasPaused, acts) => {
    const inventory = { wasPaused, persistent: true, hosts: HOST_UUIDS, definedThere: null };
    const more = [{ kind: 'note', step: 'inventory', data: inventory }] as const;
    const move = await leftOpen({ commit: 'strict' }, { more });
    // The source drove the move to its end, and the destination waits to be told.
    move.source.domain = null;
    const arrived = { reason: PausedReason.user, job: 'none', persistent: true } as const;
    move.destination.domain = { ...arrived, state: DomainState.paused };
    move.destination.onAct = () => {
      move.destination.domain = { ...arrived, state: DomainState.running };
    };
    const never = new AbortController().signal;
    const recovering = recover(ID, { patienceMs: 1000, choice: null, hosts: [] }, move.env, never);
    let step = await recovering.next();
    while (!step.done) step = await recovering.next();
    expect(step.value.outcome).toMatchObject({ result: 'migrated', reason: '' });
    expect(move.destination.acts).toEqual(acts);
  },
);

test('what failed because things had moved on meanwhile is looked at once more, also when patience is lost', async () => {
  let skippedMs = 0;
  const env = hastyEnv({ monotonicMs: () => performance.now() + skippedMs });
  const inventory = { wasPaused: false, persistent: true, hosts: HOST_UUIDS, definedThere: null };
  const more = [{ kind: 'note', step: 'inventory', data: inventory }] as const;
  const move = await leftOpen({ commit: 'strict' }, { env, more });
  move.source.domain = null;
  const arrived = { reason: PausedReason.user, job: 'none', persistent: true } as const;
  move.destination.domain = { ...arrived, state: DomainState.paused };
  move.destination.onAct = () => {
    // The first answer takes longer than anybody waits; before the second it has come to run.
    if (skippedMs > 0) move.destination.domain = { ...arrived, state: DomainState.running };
    skippedMs += 60_000;
    throw new Error('cannot acquire state change lock');
  };
  const never = new AbortController().signal;
  const recovering = recover(ID, { patienceMs: 30_000, choice: null, hosts: [] }, move.env, never);
  let step = await recovering.next();
  while (!step.done) step = await recovering.next();
  expect(move.destination.acts).toEqual(['resume', 'resume']);
  expect(step.value.outcome.result).toBe('migrated');
});
