/**
 * The faults are over: whoever moved the guest is gone, both hosts answer, and what is under way ends. From there
 * recovery must come to an end, whatever happened before.
 */
import { recordOf } from '../record.ts';
import { arrive } from './calls.ts';
import { append, entry } from './entries.ts';
import { callFor, type Decide, leave } from './ferry.ts';
import { brokenBy, copiesOf, wrongAtEnd } from './invariants.ts';
import { libvirtMoves } from './libvirt.ts';
import { observed } from './moves.ts';
import { lookAt, requestFor } from './start.ts';
import { onDestination, onSource, type Setting, type World } from './world.ts';

const STEPS_MAX = 60;

/** How recovery ended: `wrong` names what it broke, `hold` why it can't decide. */
export type Ending =
  | { readonly kind: 'done'; readonly result: string }
  | { readonly kind: 'hold'; readonly reason: string; readonly world: World }
  | { readonly kind: 'wrong'; readonly problem: string; readonly steps: readonly string[] };

/** The world with no fault in it any more. */
export function calm(world: World, setting: Setting): World {
  const { controller } = world;
  const gone = controller.mode === 'ended' ? leave(world, controller) : leave(world, { mode: 'absent' });
  const back = onDestination(onSource(gone, { reachable: true }), { reachable: true });
  return rest({ ...back, late: [], faultsLeft: 0 }, setting);
}

/** Lets everything that is under way come to its end. */
function rest(world: World, setting: Setting): World {
  let now = world;
  for (;;) {
    const moves = [...libvirtMoves(now, setting)].map(observed);
    const next = moves.find((move) => move.next !== now);
    if (!next) return now;
    now = next.next;
  }
}

/** Recovers from a calm world, step by step, till it is done or holds. */
export function recovered(start: World, setting: Setting, decide: Decide): Ending {
  const request = requestFor(setting);
  const had = copiesOf(start).length > 0;
  const steps: string[] = [];
  const wrong = (problem: string): Ending => ({ kind: 'wrong', problem, steps });
  let world = start;
  if (world.controller.mode === 'ended') {
    const { result } = world.controller;
    const problem = wrongAtEnd(world, result, setting, had);
    return problem === null ? { kind: 'done', result } : wrong(problem);
  }
  for (let taken = 0; taken < STEPS_MAX; taken++) {
    const { source, destination } = lookAt(world);
    const step = decide(recordOf(request, world.journal, world.abortRequested), source, destination);
    steps.push(`${step.name}: ${step.reason}`);
    if (step.name === 'hold') return { kind: 'hold', reason: step.reason, world };
    if (step.name === 'done') {
      if (step.debts.length > 0) return wrong(`debts, though both hosts are there: ${step.debts.join()}`);
      const problem = wrongAtEnd(world, step.result, setting, had);
      return problem === null ? { kind: 'done', result: step.result } : wrong(problem);
    }
    const call = callFor(step);
    // Nothing is under way: to wait is to wait for ever.
    if (!call) return wrong(`waits for ever: ${step.reason}`);
    const asked = append(world.journal, [
      entry('intent', call.name, call.created ? { created: call.created } : {}),
    ]);
    const [after, answer] = arrive({ ...world, journal: asked }, call, setting);
    const move = observed({ label: call.name, by: 'ferry', next: after });
    const problem = brokenBy(world, move, setting);
    if (problem !== null) return wrong(problem);
    const ended = rest(move.next, setting);
    const ok = answer !== 'refused';
    world = { ...ended, journal: append(ended.journal, [entry('result', call.name, { ok, refused: !ok })]) };
  }
  return wrong('recovery goes on for ever');
}
