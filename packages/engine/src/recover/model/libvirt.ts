/**
 * What both libvirtds do without being told, now that they were: long calls end, the source's own client goes on, and
 * connections are found to be closed.
 */
import { ShutoffReason } from '../sighting.ts';
import { beginFinish, end, given, incoming, letGo } from './calls.ts';
import { type Actor, type Move, onDestination, onSource, type Setting, type World } from './world.ts';

export function* libvirtMoves(world: World, setting: Setting): Generator<Move> {
  const { source, destination } = world;
  const move = (label: string, next: World, by: Actor = 'libvirt'): Move => ({ label, by, next });
  const linked = source.reachable && destination.reachable;

  if (source.job === 'perform') {
    const receiving = linked && destination.guest === 'incoming' && !source.aborting;
    if (receiving) {
      yield move('Perform ends: all is sent', performed(world, setting));
      // Only the Ferry that moves the guest starts post-copy.
      const watched = world.controller.mode === 'moving' && world.controller.stage === 'waiting';
      if (setting.method === 'post-copy' && watched)
        yield move('Perform ends: post-copy', spread(world, setting));
      if (world.faultsLeft > 0) yield move('Perform fails', spend(performFailed(world)), 'fault');
    } else yield move('Perform fails', performFailed(world));
  }
  if (destination.job === 'finish') {
    if (destination.whole && destination.guest === 'incoming') {
      yield move('Finish ends', finished(world, setting));
      if (world.faultsLeft > 0) yield move('Finish fails', spend(finishFailed(world)), 'fault');
    } else if (source.guest === 'post-copy' && destination.guest === 'incoming') {
      yield move('Finish starts the guest', onDestination(world, { guest: 'post-copy' }));
    } else if (destination.guest === 'incoming') yield move('Finish fails', finishFailed(world));
  }
  if (destination.guest === 'post-copy') {
    if (source.guest === 'post-copy' && linked) {
      const whole = onDestination(world, { guest: 'running', job: 'none', whole: true, outcome: 'ok' });
      // Unattended completion doesn't touch the definition (qemu_process.c).
      const over = source.job === 'unattended' ? end(whole, 'source', ShutoffReason.migrated) : whole;
      yield move('post-copy: all has arrived', over);
    } else
      yield move(
        'post-copy: cut off there',
        onDestination(world, { guest: 'post-copy-failed', outcome: 'failed' }),
      );
  }
  if (source.guest === 'post-copy') {
    const failed = !linked || destination.guest === 'off' || destination.guest === 'post-copy-failed';
    const next = onSource(world, { guest: 'post-copy-failed', job: 'unattended' });
    if (failed) yield move('post-copy: cut off here', next);
  }
  if (source.peer !== 'none') yield* peerMoves(world, setting, linked);
  if (source.connection === 'dying') yield move('the source closes', sourceCloses(world));
  if (destination.connection === 'dying') yield move('the destination closes', destinationCloses(world));
  if (destination.diesWith === 'peer' && (source.peer === 'none' || !linked)) {
    yield move('the destination loses the peer', end(world, 'destination', ShutoffReason.destroyed));
  }
}

/** The source's own client (qemu_migration.c, qemuMigrationSrcPerformPeer2Peer3). */
function* peerMoves(world: World, setting: Setting, linked: boolean): Generator<Move> {
  const { source, destination } = world;
  const move = (label: string, next: World): Move => ({ label, by: 'libvirt', next });
  const faults = world.faultsLeft > 0;
  const over = onSource(world, { job: 'none', peer: 'none', aborting: false, outcome: 'failed' });
  switch (source.peer) {
    case 'begin': {
      const canPrepare = linked && destination.guest === 'off' && !source.aborting;
      if (!canPrepare) yield move('peer: Prepare fails', over);
      else
        yield move('peer: Prepare', onSource(incoming(world, 'peer'), { job: 'perform', peer: 'perform' }));
      return;
    }
    case 'perform':
      if (source.job === 'none') yield move('peer: gives up', onSource(world, { peer: 'none' }));
      else if (source.job === 'performed')
        yield move('peer: performed', onSource(world, { peer: 'performed' }));
      else if (source.guest.startsWith('post-copy'))
        yield move('peer: performed', onSource(world, { peer: 'performed' }));
      return;
    case 'performed': {
      const [sent, answer] = beginFinish(world, setting);
      if (linked && answer === 'pending') yield move('peer: Finish', onSource(sent, { peer: 'finish' }));
      if (!linked || answer === 'refused') yield move('peer: Finish is lost', resumedByPeer(over));
      else if (faults) yield { label: 'peer: Finish is lost', by: 'fault', next: spend(resumedByPeer(over)) };
      return;
    }
    case 'finish':
      if (linked && destination.outcome === 'ok') {
        yield move('peer: Finish is answered', onSource(world, { peer: 'let-go' }));
      } else if (linked && destination.outcome === 'failed') {
        yield move('peer: Finish is refused', resumedByPeer(over));
      }
      // The hole: it takes a lost answer for a failure.
      if (!linked) yield move(SPLIT, resumedByPeer(over));
      else if (faults) yield move(SPLIT, spend(resumedByPeer(over)));
      return;
    case 'let-go':
      yield move('peer: Confirm', letGo(world, setting));
  }
}

/** The move by which libvirt's own client may start a second guest. */
export const SPLIT = 'peer: the answer to Finish is lost, and the source resumed';

function resumedByPeer(world: World): World {
  if (world.source.guest.startsWith('post-copy')) {
    return onSource(world, { guest: 'post-copy-failed', job: 'unattended' });
  }
  return world.source.guest === 'stopped' ? onSource(world, { guest: 'running' }) : world;
}

function performed(world: World, { wasPaused, drive }: Setting): World {
  // The one call of p2p ends with the whole move.
  const outcome = drive === 'direct' ? 'ok' : 'none';
  const sent = onSource(world, { job: 'performed', guest: wasPaused ? 'paused' : 'stopped', outcome });
  return onDestination(sent, { whole: true });
}

function spread(world: World, { drive }: Setting): World {
  const outcome = drive === 'direct' ? 'ok' : 'none';
  return onSource(world, { job: 'performed', guest: 'post-copy', outcome });
}

/** On error the source resumes by itself. */
function performFailed(world: World): World {
  return onSource(world, { job: 'none', aborting: false, outcome: 'failed' });
}

function finished(world: World, { commit, wasPaused }: Setting): World {
  const guest = commit === 'strict' || wasPaused ? 'paused' : 'running';
  const done = onDestination(world, { guest, job: 'none', outcome: 'ok' });
  return wasPaused && commit === 'finish' ? given(done) : done;
}

function finishFailed(world: World): World {
  return end(world, 'destination', ShutoffReason.failed);
}

/** Row by row what libvirt does when the connection of the phases is gone: after a Perform that is still being done. */
export function sourceCloses(world: World): World {
  const { job, peer, guest } = world.source;
  if (job === 'perform') return world;
  const late = world.late.filter(({ over, to }) => over !== 'phases' || to !== 'source');
  const closed = { ...onSource(world, { connection: 'closed' }), late };
  if (peer !== 'none' || job === 'none') return closed;
  if (guest.startsWith('post-copy')) return onSource(closed, { job: 'unattended' });
  // A guest that was already sent stays paused.
  return onSource(closed, { job: 'none' });
}

export function destinationCloses(world: World): World {
  const late = world.late.filter(({ over, to }) => over !== 'phases' || to !== 'destination');
  const closed = { ...onDestination(world, { connection: 'closed' }), late };
  const dies = world.destination.diesWith === 'ferry';
  return dies ? end(closed, 'destination', ShutoffReason.destroyed) : closed;
}

export function spend(world: World): World {
  return { ...world, faultsLeft: world.faultsLeft - 1 };
}
