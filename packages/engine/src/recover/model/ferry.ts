/**
 * Ferry as it is journaled (story.ts): the intent is on disk before the act, the result may be lost. What moves and what
 * settles is one and the same controller until it is gone; then another takes over with what is on disk.
 */
import type { Created } from '../../storage/created.ts';
import { recordOf } from '../record.ts';
import type { Sighting } from '../sighting.ts';
import type { Step } from '../step.ts';
import type { Call } from './call.ts';
import { arrive } from './calls.ts';
import { append, entry } from './entries.ts';
import { spend } from './libvirt.ts';
import { lookAt, parametersFor, requestFor } from './start.ts';
import type { Controller, Move, Setting, World } from './world.ts';

export type Decide = (record: ReturnType<typeof recordOf>, source: Sighting, destination: Sighting) => Step;

const POOL: Created = { kind: 'pool', name: 'ferry-1-disks' };
const VOLUME: Created = { kind: 'volume', pool: POOL.name, name: 'web-3.qcow2', path: '/disks/web-3.qcow2' };

/** The acts of a move, in order (migrate.ts, direct.ts, peer.ts). */
export function planOf({ drive, commit, copyStorage }: Setting): readonly Call[] {
  const there = (name: Call['name'], created?: Created): Call => ({
    name,
    to: 'destination',
    over: name === 'prepare' || name === 'finish' ? 'phases' : 'own',
    ...(created ? { created } : {}),
  });
  const here = (name: Call['name']): Call => ({ name, to: 'source', over: 'phases' });
  const start = commit === 'strict' ? [there('commit')] : [];
  const direct = [
    here('begin'),
    there('prepare'),
    here('perform'),
    there('finish'),
    ...start,
    here('confirm'),
  ];
  return [
    ...(copyStorage ? [there('create-pool', POOL), there('create-volume', VOLUME)] : []),
    ...(drive === 'direct' ? direct : [here('perform'), ...start]),
    ...(copyStorage ? [there('remove-pool', POOL)] : []),
  ];
}

/** What Ferry may do next, or what may become of a call that it waits for. */
export function* ferryMoves(world: World, setting: Setting, decide: Decide): Generator<Move> {
  const { controller } = world;
  if (controller.mode === 'ended') return;
  if (controller.mode === 'absent') {
    const next = { ...world, controller: { mode: 'settling', step: null, stage: 'ready' } } as const;
    yield { label: 'ferry recover', by: 'ferry', next };
    return;
  }
  const call = callOf(controller, setting);
  const move = (label: string, next: World): Move => ({ label, by: 'ferry', next });
  if (controller.stage === 'ready') {
    if (controller.mode === 'settling') yield move('decides', decided(world, setting, decide));
    else if (!call) yield move('has moved it', leave(world, { mode: 'ended', result: 'migrated' }));
    else if (world.abortRequested && call.name !== 'commit' && call.name !== 'confirm') {
      yield move('aborts', fall(world));
    } else
      yield move(`writes ${call.name}`, written(world, call, { ...controller, stage: 'written' }, setting));
  } else if (call && controller.stage === 'written') yield* sends(world, call, setting);
  else if (call) yield* waits(world, call);
}

function* sends(world: World, call: Call, setting: Setting): Generator<Move> {
  const move = (label: string, next: World): Move => ({ label, by: 'ferry', next });
  const faults = world.faultsLeft > 0;
  // Through a connection that the host has closed nothing arrives any more.
  const open = call.over === 'own' || world[call.to].connection !== 'closed';
  const late = open ? { ...world, late: [...world.late, call] } : world;
  if (!reaches(world, call)) {
    yield move(`${call.name} is lost`, answered(late, call, 'lost'));
    return;
  }
  const [after, answer] = arrive(world, call, setting);
  if (answer === 'pending') yield move(call.name, stageOf(after, 'waiting'));
  else yield move(call.name, answered(after, call, answer));
  if (!faults) return;
  yield { label: `${call.name} is lost`, by: 'fault', next: spend(answered(late, call, 'lost')) };
  yield {
    label: `the answer to ${call.name} is lost`,
    by: 'ferry',
    next: spend(answered(after, call, 'lost')),
  };
  yield { label: `${call.name} is refused`, by: 'fault', next: spend(answered(world, call, 'refused')) };
}

/** A call that takes long has ended when the host's state says so. */
function* waits(world: World, call: Call): Generator<Move> {
  const { source, destination } = world;
  const next = (answer: 'ok' | 'refused' | 'lost'): Move => ({
    label: `${call.name}: ${answer}`,
    by: 'ferry',
    next: answered(world, call, answer),
  });
  if (!reaches(world, call)) yield next('lost');
  else if (call.name === 'finish') {
    if (destination.outcome !== 'none') yield next(destination.outcome === 'ok' ? 'ok' : 'refused');
  } else if (source.peer === 'none' && source.outcome !== 'none') {
    yield next(source.outcome === 'ok' ? 'ok' : 'refused');
  }
}

/** A call goes over a connection that lives, to a host that answers. */
function reaches(world: World, { to, over }: Call): boolean {
  return world[to].reachable && (over === 'own' || world[to].connection === 'open');
}

function callOf(controller: Controller, setting: Setting): Call | undefined {
  if (controller.mode === 'moving') return planOf(setting)[controller.at];
  if (controller.mode !== 'settling' || controller.step === null) return undefined;
  return callFor(controller.step);
}

/** The call that a step of recovery is; none where it only waits. */
export function callFor(step: Step): Call | undefined {
  switch (step.name) {
    case 'done':
    case 'hold':
    case 'wait':
    case 'follow':
      return undefined;
    case 'remove-pool':
    case 'remove-volume':
      return { name: step.name, to: 'destination', over: 'own', created: step.created };
    case 'cancel-destination':
    case 'finish':
    case 'commit':
    case 'resume-post-copy':
    case 'undefine-destination':
    case 'restore-definition':
      return { name: step.name, to: 'destination', over: 'own' };
    default:
      return { name: step.name, to: 'source', over: 'own' };
  }
}

function decided(world: World, setting: Setting, decide: Decide): World {
  const entries = [...world.journal, ...world.unwritten];
  const record = recordOf(requestFor(setting), entries, world.abortRequested);
  const { source, destination } = lookAt(world);
  const step = decide(record, source, destination);
  const call = callFor(step);
  if (call) return written(world, call, { mode: 'settling', step, stage: 'written' }, setting);
  const ends = step.name === 'done' && step.debts.length === 0;
  return leave(world, ends ? { mode: 'ended', result: step.result } : { mode: 'absent' });
}

function written(world: World, call: Call, controller: Controller, setting: Setting): World {
  const carries = call.name === 'begin' || (call.name === 'perform' && setting.drive === 'p2p');
  const data = {
    ...(call.created ? { created: call.created } : {}),
    ...(carries ? { parameters: parametersFor(setting) } : {}),
  };
  const journal = append(world.journal, [...world.unwritten, entry('intent', call.name, data)]);
  return { ...world, controller, journal, unwritten: [] };
}

/** What came of a call: on to the next one, or to what recovery says. */
function answered(world: World, call: Call, answer: 'ok' | 'refused' | 'lost'): World {
  const { controller } = world;
  const result = entry('result', call.name, { ok: answer === 'ok', refused: answer === 'refused' });
  const told = { ...world, unwritten: [...world.unwritten, result] };
  const cut = answer === 'lost' && call.over === 'phases' ? dying(told, call.to) : told;
  if (controller.mode !== 'moving' || answer !== 'ok') return fall(cut);
  return { ...cut, controller: { mode: 'moving', at: controller.at + 1, stage: 'ready' } };
}

function fall(world: World): World {
  return { ...world, controller: { mode: 'settling', step: null, stage: 'ready' } };
}

function stageOf(world: World, stage: 'waiting'): World {
  const { controller } = world;
  if (controller.mode !== 'moving' && controller.mode !== 'settling') return world;
  return { ...world, controller: { ...controller, stage } };
}

/** Nobody holds the operation any more; the connections of the phases go with their process. */
export function leave(world: World, controller: Controller): World {
  const journal = append(world.journal, world.unwritten);
  return dying(dying({ ...world, controller, journal, unwritten: [] }, 'source'), 'destination');
}

export function dying(world: World, side: 'source' | 'destination'): World {
  if (world[side].connection !== 'open') return world;
  return { ...world, [side]: { ...world[side], connection: 'dying' } };
}
