import { DomainState, PausedReason } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { HOST_UUIDS, ID, leftOpen } from '../testing/left-open.ts';
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
