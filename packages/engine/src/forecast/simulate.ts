import { decide as decideAsFerry, wireBytes } from '../control/decide.ts';
import type { Action, Pass, Policy, Situation } from '../control/policy.ts';

/** A move that is only thought of. */
export interface Imagined {
  /** What has to be sent at all, in bytes of guest memory. */
  readonly usedBytes: number;
  /** What is written to within so many seconds at full speed. */
  readonly dirtied: (seconds: number) => number;
  readonly bytesPerS: number;
  /** Bytes of disks, which are copied first. */
  readonly diskBytes: number;
  readonly policy: Policy;
  /** Whose decisions are taken; Ferry's own where not given. */
  readonly decide?: (situation: Situation, policy: Policy) => Action;
  /** How QEMU itself holds the guest back; `null`: it doesn't. */
  readonly throttle: Throttle | null;
  /** What a move takes besides copying: looks, checks, the start of a QEMU, the end of another. */
  readonly fixedMs: number;
  /** What a pause takes besides copying what remains. */
  readonly switchoverMs: number;
}

/** Auto-converge. */
export interface Throttle {
  readonly initialPercent: number;
  readonly incrementPercent: number;
  /** The share of its speed that is left to the guest. */
  readonly share: (percent: number) => number;
}

export interface Imaginary {
  readonly totalMs: number;
  readonly downtimeMs: number;
  readonly bytes: number;
  readonly passes: number;
  /** The lowest share of its speed that the guest was held to. */
  readonly share: number;
  readonly end: 'switched-over' | 'post-copy' | 'given-up';
}

/** More passes than any move should take. */
const MOST_PASSES = 1000;

/** Goes through the passes of a move as QEMU would, doing what {@link decide} says. */
export function simulate(move: Imagined): Imaginary {
  const { policy, bytesPerS, decide = decideAsFerry } = move;
  let [atS, bytes] = [0, move.diskBytes];
  let [limitMs, share] = [policy.firstDowntimeMs, 1];
  let lowest = 1;
  const passes: Pass[] = [];
  const throttle = autoConverge(move.throttle);
  let remaining = move.usedBytes;
  const result = (end: Imaginary['end'], downtimeMs: number, restBytes: number): Imaginary => ({
    totalMs: move.fixedMs + (1000 * (move.diskBytes + restBytes)) / bytesPerS + 1000 * atS,
    downtimeMs: move.switchoverMs + downtimeMs,
    bytes: bytes + restBytes,
    passes: passes.length,
    share: lowest,
    end,
  });
  for (let number = 1; number <= MOST_PASSES; number++) {
    const pass: Pass = { number, startS: atS, bytes: remaining, share };
    passes.push(pass);
    const situation = (): Situation => ({
      passes: [...passes.slice(0, -1), pass],
      bytesPerS,
      limitMs,
      share,
      postCopyStarted: false,
    });
    const uncompressed = wireBytes(pass, policy);
    const cost = policy.sendFactor * uncompressed;
    let action = decide(situation(), policy);
    if (action.name === 'limit-downtime') {
      limitMs = action.limitMs;
      action = decide(situation(), policy);
    }
    if (action.name === 'throttle') share = action.share;
    share = Math.min(share, throttle(passes));
    if (action.name === 'give-up') return result('given-up', (1000 * cost) / bytesPerS, 0);
    if (action.name === 'start-post-copy') return result('post-copy', 0, cost);
    const pauseMs = (1000 * cost) / bytesPerS;
    const estimatedMs = (1000 * uncompressed) / bytesPerS;
    if (number > 1 && estimatedMs <= limitMs) return result('switched-over', pauseMs, cost);
    lowest = Math.min(lowest, share);
    const takesS = cost / bytesPerS;
    atS += takesS;
    bytes += cost;
    remaining = Math.min(move.dirtied(share * takesS), move.usedBytes);
  }
  return result('given-up', 0, 0);
}

/** QEMU's own throttle acts from the second pass on that has more than half of the last one to send (`migration_trigger_throttle`). */
function autoConverge(throttle: Throttle | null): (passes: readonly Pass[]) => number {
  let [percent, high] = [0, 0];
  return (passes) => {
    const [before, pass] = passes.slice(-2);
    if (throttle === null || before === undefined || pass === undefined) return 1;
    if (pass.bytes > THROTTLE_THRESHOLD * before.bytes) high++;
    if (high < HIGH_PASSES) return 1;
    if (pass.bytes > THROTTLE_THRESHOLD * before.bytes)
      percent = percent === 0 ? throttle.initialPercent : percent + throttle.incrementPercent;
    return throttle.share(Math.min(percent, MOST_PERCENT));
  };
}

/** QEMU's defaults: `throttle-trigger-threshold`, `max-cpu-throttle`, and what is written out in migration/ram.c. */
const THROTTLE_THRESHOLD = 0.5;
export const MOST_PERCENT = 99;
const HIGH_PASSES = 2;
