import { ShutoffReason } from '../sighting.ts';
import type { Call } from './call.ts';
import { onDestination, onSource, type Setting, type World } from './world.ts';

/** `pending`: it goes on for a while, and its end shows in the host's state. */
export type Effect = readonly [world: World, answer: 'ok' | 'refused' | 'pending'];

/** What libvirt does at once when a call arrives (qemu_migration.c; acts.ts for what a step is made of). */
export function arrive(world: World, call: Call, setting: Setting): Effect {
  const { source, destination } = world;
  const refused: Effect = [world, 'refused'];
  switch (call.name) {
    case 'create-pool':
      return [onDestination(world, { pool: true }), 'ok'];
    case 'create-volume':
      return [onDestination(world, { volume: true }), 'ok'];
    case 'begin':
      if (source.guest === 'off' || source.job !== 'none') return refused;
      return [onSource(world, { job: 'begin' }), 'ok'];
    case 'prepare':
      if (destination.guest !== 'off' || (setting.copyStorage && !destination.volume)) return refused;
      return [incoming(world, 'ferry'), 'ok'];
    case 'perform':
      return perform(world, setting);
    case 'finish':
      return beginFinish(world, setting);
    case 'commit':
      if (destination.guest !== 'paused') return refused;
      if (setting.wasPaused) return [given(world), 'ok'];
      return [onDestination(world, { guest: 'running' }), 'ok'];
    case 'confirm':
      return source.job === 'performed' ? [letGo(world, setting), 'ok'] : refused;
    case 'release-source':
      if (source.guest === 'off') return [world, 'ok'];
      return source.job === 'perform' || source.peer !== 'none' ? refused : [letGo(world, setting), 'ok'];
    case 'resume-source':
      return [giveBack(world, setting), 'ok'];
    case 'abort-job':
      return [source.job === 'none' ? world : onSource(world, { aborting: true }), 'ok'];
    case 'cancel-destination':
      return [end(world, 'destination', ShutoffReason.destroyed), 'ok'];
    case 'destroy-source':
      return [end(world, 'source', ShutoffReason.destroyed), 'ok'];
    case 'suspend-source':
      return source.guest === 'running' ? [onSource(world, { guest: 'paused' }), 'ok'] : refused;
    case 'resume-post-copy':
      if (source.guest !== 'post-copy-failed' || destination.guest !== 'post-copy-failed') return refused;
      return [letGo(onDestination(world, { guest: 'running', job: 'none', whole: true }), setting), 'ok'];
    case 'undefine-destination':
      return [onDestination(world, { definition: 'none' }), 'ok'];
    case 'restore-definition':
      return [onDestination(world, { definition: 'before' }), 'ok'];
    case 'undefine-source':
      return [onSource(world, { defined: false }), 'ok'];
    case 'remove-volume':
      return [onDestination(world, { volume: false }), 'ok'];
    case 'remove-pool':
      return [onDestination(world, { pool: false }), 'ok'];
    case 'restore-downtime':
    case 'restore-speed':
    case 'set-autostart':
      return [world, 'ok'];
    default:
      return call.name satisfies never;
  }
}

/** A QEMU of the guest ends, and what its libvirtd was doing with it. */
export function end(world: World, side: 'source' | 'destination', why: number): World {
  const { source, destination } = world;
  if (world[side].guest === 'off') return world;
  const gone = { guest: 'off', why, job: 'none' } as const;
  if (side === 'source') {
    const outcome = source.job === 'perform' || source.peer !== 'none' ? 'failed' : source.outcome;
    return onSource(world, { ...gone, outcome, aborting: false, peer: 'none' });
  }
  const outcome = destination.job === 'finish' ? 'failed' : destination.outcome;
  return onDestination(world, { ...gone, outcome, diesWith: 'nobody', whole: false });
}

/** A guest that is to stay paused never runs: it changes hands when it is there and said to be. */
export function given(world: World): World {
  return { ...world, truth: { ...world.truth, ranThere: true } };
}

/** Prepare: a QEMU waits there for the guest. */
export function incoming(world: World, diesWith: 'ferry' | 'peer'): World {
  return onDestination(world, { guest: 'incoming', job: 'prepare', diesWith, outcome: 'none', whole: false });
}

/** Finish(0) begins: autodestroy is dropped, and the definition is stored before the stream is waited for. */
export function beginFinish(world: World, { persistent }: Setting): Effect {
  const { guest, job, definition } = world.destination;
  if (guest !== 'incoming' || job !== 'prepare') return [world, 'refused'];
  const stored = persistent ? 'moved' : definition;
  return [onDestination(world, { job: 'finish', diesWith: 'nobody', definition: stored }), 'pending'];
}

/** Confirm(0): the source's QEMU ends "as migrated". */
export function letGo(world: World, { sourceDefinition }: Setting): World {
  const gone = onSource(end(world, 'source', ShutoffReason.migrated), { outcome: 'ok' });
  return sourceDefinition === 'remove' ? onSource(gone, { defined: false }) : gone;
}

function perform(world: World, { drive }: Setting): Effect {
  const { guest, job } = world.source;
  if (drive === 'p2p') {
    if (guest === 'off' || job !== 'none') return [world, 'refused'];
    return [onSource(world, { job: 'begin', peer: 'begin', aborting: false, outcome: 'none' }), 'pending'];
  }
  if (job !== 'begin') return [world, 'refused'];
  return [onSource(world, { job: 'perform', aborting: false, outcome: 'none' }), 'pending'];
}

/** Confirm(1), and Resume where the guest stands still for the migration alone. */
function giveBack(world: World, { wasPaused }: Setting): World {
  const { guest, job, peer } = world.source;
  if (guest === 'off' || peer !== 'none' || job === 'perform') return world;
  if (guest.startsWith('post-copy')) return world;
  const resumes = guest === 'stopped' && !wasPaused;
  return onSource(world, { job: 'none', guest: resumes ? 'running' : guest });
}
