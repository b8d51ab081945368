import { DomainState, PausedReason, RunningReason } from '@virt-ferry/libvirt';
import type { NewEntry } from '../../journal/journal.ts';
import { chooseParameters, storedParameters } from '../../migrate/parameters.ts';
import type { Domain, MoveRequest } from '../../model.ts';
import { moveRequest } from '../../testing/move-request.ts';
import { plainDomain } from '../../testing/plain-domain.ts';
import type { Sighting } from '../sighting.ts';
import type { GuestState, Setting, World } from './world.ts';

export function requestFor({ drive, method, commit, sourceDefinition, copyStorage }: Setting): MoveRequest {
  return moveRequest({ sourceDefinition, drive, method, commit, copyStorage: copyStorage ? 'all' : 'none' });
}

/** The parameters as the move itself would write them. */
export function parametersFor(setting: Setting): object {
  const domain: Domain = {
    ...plainDomain,
    state: setting.wasPaused ? 'paused' : 'running',
    persistent: setting.persistent,
  };
  const storage = setting.copyStorage
    ? ({ copy: 'flat', disks: [{ target: 'vda' }] } as const)
    : ({ copy: 'none', disks: [] } as const);
  return storedParameters(chooseParameters(requestFor(setting), domain, { unsafe: false, storage }));
}

/** The move is about to take its first step. */
export function startOf({ wasPaused, persistent, definedThere, faults }: Setting): World {
  const inventory: NewEntry = {
    atMs: 0,
    kind: 'note',
    step: 'inventory',
    data: { wasPaused, persistent, definedThere: definedThere ? '<domain/>' : null },
  };
  const host = { reachable: true, why: 0, connection: 'open' } as const;
  return {
    source: {
      ...host,
      guest: wasPaused ? 'paused' : 'running',
      defined: persistent,
      job: 'none',
      aborting: false,
      outcome: 'none',
      peer: 'none',
    },
    destination: {
      ...host,
      guest: 'off',
      definition: definedThere ? 'before' : 'none',
      job: 'none',
      outcome: 'none',
      whole: false,
      diesWith: 'nobody',
      volume: false,
      pool: false,
    },
    controller: { mode: 'moving', at: 0, stage: 'ready' },
    abortRequested: false,
    journal: [inventory],
    unwritten: [],
    late: [],
    truth: { ranThere: false, ranOnHere: false, died: false, tooLate: 'nothing' },
    faultsLeft: faults,
  };
}

/** What both hosts answer when they are asked. */
export function lookAt({ source, destination }: World): { source: Sighting; destination: Sighting } {
  return {
    source: halfOnSource(seen(source, source.defined, source.job === 'none' ? 'none' : 'outgoing')),
    destination: seen(
      destination,
      destination.definition !== 'none',
      destination.job === 'none' ? 'none' : 'incoming',
    ),
  };
}

/** The half that stays behind doesn't run. */
function halfOnSource(sighting: Sighting): Sighting {
  if (sighting.seen !== 'present' || sighting.state !== DomainState.running) return sighting;
  const halves = new Map<number, number>([
    [RunningReason.postCopy, PausedReason.postCopy],
    [RunningReason.postCopyFailed, PausedReason.postCopyFailed],
  ]);
  const reason = halves.get(sighting.reason);
  return reason === undefined ? sighting : { ...sighting, state: DomainState.paused, reason };
}

function seen(
  { reachable, guest, why }: { reachable: boolean; guest: GuestState; why: number },
  persistent: boolean,
  job: 'none' | 'outgoing' | 'incoming',
): Sighting {
  if (!reachable) return { seen: 'unreachable', why: 'no answer' };
  if (guest !== 'off') return { seen: 'present', ...stateOf[guest], persistent, job };
  if (!persistent) return { seen: 'absent' };
  return { seen: 'present', state: DomainState.shutoff, reason: why, persistent, job: 'none' };
}

const stateOf: Record<Exclude<GuestState, 'off'>, { state: number; reason: number }> = {
  incoming: { state: DomainState.paused, reason: PausedReason.migration },
  running: { state: DomainState.running, reason: RunningReason.migrated },
  paused: { state: DomainState.paused, reason: PausedReason.user },
  stopped: { state: DomainState.paused, reason: PausedReason.migration },
  'post-copy': { state: DomainState.running, reason: RunningReason.postCopy },
  'post-copy-failed': { state: DomainState.running, reason: RunningReason.postCopyFailed },
};
