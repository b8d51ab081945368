import { messageOf } from '@virt-ferry/libvirt';
import { isFenced } from '../migrate/story.ts';
import { take } from './acts.ts';
import { decide } from './decide.ts';
import { named, namedStep } from './named.ts';
import type { MoveRecord } from './record.ts';
import type { Scene } from './scene.ts';
import { conditionOf, describeSighting, type Sighting } from './sighting.ts';
import { type Done, type Hold, holdUntilSeen, type Step } from './step.ts';

const LOOK_AGAIN_MS = 300;
/** What fails again and again is tried less often, up to this. */
const TRY_AGAIN_MAX_MS = 5000;
/**
 * A call that arrived has done by then what it does at once; and a libvirtd that was started again has put right what it
 * can by itself.
 */
const WAITED_MS = 3000;

export interface Patience {
  /** How long to go on without getting any further: a host that is away, a step that fails. */
  readonly patienceMs: number;
}

/**
 * Looks at both hosts, decides, takes the step, and looks again, until the guest has exactly one place and nothing is
 * left over, or nothing more can be done now. Every step can be taken again, so a crash between any two is no harm.
 */
export async function settle(
  recordNow: () => MoveRecord | Promise<MoveRecord>,
  scene: Scene,
  { patienceMs }: Patience,
): Promise<Done | Hold> {
  const { source, destination, story, env, signal } = scene;
  const names = { source: source.ref.name, destination: destination.ref.name };
  let before = '';
  let stuckSinceMs = env.monotonicMs();
  let stepSinceMs = stuckSinceMs;
  let failures = 0;
  let isLastTry = false;
  for (;;) {
    const [here, there] = await Promise.all([source.look(), destination.look()]);
    const record = await recordNow();
    const step = decide(record, here, there);
    const now = JSON.stringify(step);
    const isNew = now !== before;
    before = now;
    if (isNew) story.emit({ type: 'step', step: step.name, reason: named(step.reason, names) });
    const patienceLost = env.monotonicMs() - stuckSinceMs > patienceMs || signal.aborted;
    // A host that is away may be back in a moment, and then nothing is left to do.
    if (step.name === 'done' && (step.debts.length === 0 || patienceLost)) return namedStep(step, names);
    const failure = await tryTo(step, record, scene);
    if (isNew) stepSinceMs = env.monotonicMs();
    const isSettled = env.monotonicMs() - stepSinceMs > WAITED_MS || signal.aborted;
    if (step.name === 'hold' && (step.mayPass ? patienceLost : isSettled)) {
      const held = namedStep(step, names);
      const says = { [names.source]: describeSighting(here), [names.destination]: describeSighting(there) };
      const { reason, look } = held;
      const seen = { reason, look, says, source: here, destination: there };
      await story.note('held', seen).catch(ignoreUnwritten);
      return held;
    }
    if (step.name === 'wait' && !record.waited && env.monotonicMs() - stuckSinceMs > WAITED_MS)
      await story.note('waited', { reason: step.reason }).catch(ignoreUnwritten);
    // The same step again and again is no progress, even if it succeeds.
    const isAct = step.name !== 'wait' && step.name !== 'hold' && step.name !== 'done';
    const further = isNew && failure === null && isAct;
    if (further || (isFetching(here, there) && !signal.aborted)) {
      stuckSinceMs = env.monotonicMs();
      isLastTry = false;
    } else if (patienceLost && step.name !== 'done') {
      // What just failed may have failed because things have moved on: the next look shows it.
      if (signal.aborted || (isLastTry && !isNew)) return namedStep(stuck(step, failure), names);
      isLastTry = true;
    }
    failures = failure === null ? 0 : failures + 1;
    const pauseMs = Math.min(LOOK_AGAIN_MS * 2 ** Math.max(0, failures - 1), TRY_AGAIN_MAX_MS);
    if (!further) await env.delay(pauseMs, signal).catch(() => undefined);
  }
}

/** The guest runs on the destination and its memory flows: that takes as long as it takes. */
function isFetching(source: Sighting, destination: Sighting): boolean {
  return conditionOf(source) === 'post-copy' && conditionOf(destination) === 'post-copy';
}

/** Takes a step; what failed in it, or `null`. */
async function tryTo(step: Step, record: MoveRecord, scene: Scene): Promise<string | null> {
  try {
    await take(step, record, scene);
    return null;
  } catch (error) {
    if (isFenced(error)) throw error;
    return messageOf(error);
  }
}

/** What can't be written is still said; but where another controller took over, nothing more is. */
function ignoreUnwritten(error: unknown): void {
  if (isFenced(error)) throw error;
}

function stuck(step: Step, failure: string | null): Hold {
  const what = failure === null ? step.reason : `${step.name} fails: ${failure}`;
  return holdUntilSeen(what, 'both hosts, and the logs of libvirt there');
}
