/** What may go wrong, each at the cost of one fault; and what heals by itself, which costs nothing. */
import { ShutoffReason } from '../sighting.ts';
import { arrive, end } from './calls.ts';
import { append } from './entries.ts';
import { callFor, dying, leave, planOf } from './ferry.ts';
import { spend } from './libvirt.ts';
import { type Actor, type Move, onDestination, onSource, type Setting, type World } from './world.ts';

export function* faultMoves(world: World, setting: Setting): Generator<Move> {
  const { source, destination, controller } = world;
  const move = (label: string, next: World, by: Actor = 'fault'): Move => ({ label, by, next });
  if (!source.reachable) yield move('the source is back', onSource(world, { reachable: true }));
  if (!destination.reachable)
    yield move('the destination is back', onDestination(world, { reachable: true }));
  yield* lateMoves(world, setting);
  if (world.faultsLeft === 0) return;
  const left = spend(world);
  if (controller.mode === 'moving' || controller.mode === 'settling') {
    yield move('Ferry stops', stops(left, setting));
    const untold = { ...left, unwritten: [] };
    if (left.unwritten.length > 0)
      yield move('Ferry stops before it writes the result', stops(untold, setting));
  }
  if (!world.abortRequested && controller.mode !== 'ended') {
    const aborting = source.job === 'perform' && controller.mode === 'moving';
    const asked = { ...left, abortRequested: true };
    yield move('the user aborts', aborting ? onSource(asked, { aborting: true }) : asked);
  }
  if (source.reachable) {
    yield move('the source is away', onSource(dying(left, 'source'), { reachable: false }));
    yield move("the source's libvirtd starts again", sourceRestarts(left));
  }
  if (destination.reachable) {
    yield move('the destination is away', onDestination(dying(left, 'destination'), { reachable: false }));
    yield move("the destination's libvirtd starts again", destinationRestarts(left));
  }
  for (const side of ['source', 'destination'] as const) {
    if (world[side].guest === 'off') continue;
    yield move(`the QEMU of the ${side} dies`, end(left, side, ShutoffReason.crashed));
    if (world[side].guest !== 'running') continue;
    yield move(`the guest shuts down on the ${side}`, end(left, side, ShutoffReason.shutdown), 'guest');
  }
}

/** Ferry is killed, or so late that it is taken for dead: what it was about to call may still arrive. */
function stops(world: World, setting: Setting): World {
  const { controller } = world;
  if (controller.mode !== 'moving' && controller.mode !== 'settling') return world;
  const { unwritten: kept, ...rest } = world;
  const journal = append(world.journal, kept);
  const gone = leave({ ...rest, journal, unwritten: [] }, { mode: 'absent' });
  if (controller.stage !== 'written') return gone;
  const call =
    controller.mode === 'moving'
      ? planOf(setting)[controller.at]
      : controller.step && callFor(controller.step);
  if (!call || (call.over === 'phases' && world[call.to].connection === 'closed')) return gone;
  return { ...gone, late: [...gone.late, call] };
}

/** Calls whose makers wait no more arrive after all. Those that never do need no move. */
function* lateMoves(world: World, setting: Setting): Generator<Move> {
  for (const [index, call] of world.late.entries()) {
    if (!world[call.to].reachable) continue;
    const rest = { ...world, late: world.late.filter((_, at) => at !== index) };
    const [next] = arrive(rest, call, setting);
    const { tooLate } = world.truth;
    const removed = world.journal.some(({ kind, step }) => kind === 'intent' && step.startsWith('remove-'));
    const over = world.controller.mode === 'ended';
    let kind = tooLate;
    if (call.name.startsWith('create-') && (removed || over)) kind = 'creation';
    if (call.name === 'perform' && setting.drive === 'p2p' && over) kind = 'move';
    yield {
      label: `late: ${call.name}`,
      by: 'ferry',
      next: { ...next, truth: { ...next.truth, tooLate: kind } },
    };
  }
}

/** qemuProcessRecoverMigrationOut, by the phase that was saved. All connections are gone, and the own client with them. */
function sourceRestarts(world: World): World {
  const { job, guest } = world.source;
  const late = world.late.filter(({ to }) => to !== 'source');
  const fresh = { ...onSource(world, { connection: 'closed', peer: 'none', aborting: false }), late };
  if (guest === 'off') return onSource(fresh, { why: ShutoffReason.unknown });
  if (guest.startsWith('post-copy')) return onSource(fresh, { job: 'unattended' });
  // In PERFORM3 the guest is resumed; in PERFORM3_DONE it stays as it is, for "a third party to check".
  return job === 'none' ? fresh : onSource(fresh, { job: 'none' });
}

/** qemuProcessRecoverMigrationIn: only a guest that runs already is kept. */
function destinationRestarts(world: World): World {
  const late = world.late.filter(({ to }) => to !== 'destination');
  const fresh = { ...onDestination(world, { connection: 'closed' }), late };
  const { guest } = world.destination;
  if (guest === 'off') return onDestination(fresh, { why: ShutoffReason.unknown });
  return guest === 'incoming' ? end(fresh, 'destination', ShutoffReason.unknown) : fresh;
}
