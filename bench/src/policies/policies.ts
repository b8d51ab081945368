import { readFile } from 'node:fs/promises';
import type { Forecast, MemoryProfile, Trace } from '@virt-ferry/engine';
import {
  chooseStrategy,
  cpuShareOf,
  type Imagined,
  type Means,
  prospectOf,
  simulate,
  throttleOf,
  USUAL,
} from '@virt-ferry/engine/replay';
import { median } from '@virt-ferry/lab';
import { peers, policyOf } from './peers.ts';
import { writtenBy } from './written.ts';

/** A move of the past. */
export interface Recorded {
  readonly trace: Trace;
  readonly forecast: Forecast;
}

interface Replayed {
  readonly policy: string;
  /** `null`: it was given up. */
  readonly totalMs: number | null;
  readonly downtimeMs: number;
  readonly bytes: number;
}

/** Goes through moves of the past once more, in thought, as Ferry and as others would steer them. */
export async function benchPolicies({ traces, json }: { traces: string; json: boolean }): Promise<void> {
  const recorded: Recorded[] = JSON.parse(await readFile(traces, 'utf8'));
  const replayed = recorded.filter(({ trace }) => trace.bytesPerS !== null).map(replay);
  if (json) console.log(JSON.stringify(replayed));
  else print(replayed);
}

/** The lab's hosts, as they are to Ferry. */
const means: Means = {
  ...{ maxDowntimeMs: 300, postCopy: false, slices: true, autoConverge: true, leastShare: 0 },
  ...{ cacheBytes: 4 * 2 ** 30, compression: null, missesWrites: false, notes: [] },
};

function replay({ trace, forecast }: Recorded): Replayed[] {
  const { memory } = forecast.basis;
  const bytesPerS = trace.bytesPerS ?? 0;
  const move = {
    ...{ usedBytes: trace.passes[0]?.bytes ?? 0, dirtied: writtenBy(trace), bytesPerS },
    ...{ diskBytes: 0, fixedMs: 1000, switchoverMs: 30 },
  };
  return [asFerry(move, memory), ...peers.map((peer) => asPeer(move, memory, peer))];
}

type Move = Omit<Imagined, 'policy' | 'throttle'>;

/** Ferry chooses by what it had measured, not by what came. */
function asFerry(move: Move, memory: MemoryProfile): Replayed {
  const path = { bytesPerS: move.bytesPerS, spread: 0.04, from: 'history' } as const;
  const outlook = {
    ...{ memory, path, diskBytes: 0, deadlineMs: null, past: [] },
    overheads: { fixedMs: move.fixedMs, switchoverMs: move.switchoverMs },
  };
  const strategy = chooseStrategy(outlook, means);
  const { policy, throttle } = prospectOf(strategy, outlook, means);
  return resultOf('Ferry', simulate({ ...move, policy: { ...policy, dirtied: null }, throttle }));
}

function asPeer(move: Move, memory: MemoryProfile, peer: (typeof peers)[number]): Replayed {
  const bytesPerS = Math.min(peer.limitBytesPerS ?? move.bytesPerS, move.bytesPerS);
  const throttle = peer.autoConverge ? throttleOf(USUAL, cpuShareOf(memory)) : null;
  const decide: NonNullable<Imagined['decide']> = (situation) => peer.decide(situation, memory.totalBytes);
  return resultOf(peer.name, simulate({ ...move, bytesPerS, policy: policyOf(peer), throttle, decide }));
}

function resultOf(
  policy: string,
  { end, totalMs, downtimeMs, bytes }: ReturnType<typeof simulate>,
): Replayed {
  return { policy, totalMs: end === 'given-up' ? null : totalMs, downtimeMs, bytes };
}

function print(moves: readonly Replayed[][]): void {
  const names = moves[0]?.map(({ policy }) => policy) ?? [];
  console.log(`${moves.length} moves of the past, gone through in thought`);
  console.log('| | got done | time, s: median | pause, ms: median | sent, MiB: median |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const name of names) {
    const done = moves.flatMap((all) => all.filter((one) => one.policy === name && one.totalMs !== null));
    const of = (pick: (one: Replayed) => number) =>
      done.length === 0 ? '-' : median(done.map(pick)).toFixed(1);
    const cells = [
      of(({ totalMs }) => (totalMs ?? 0) / 1000),
      of((one) => one.downtimeMs),
      of(({ bytes }) => bytes / 2 ** 20),
    ];
    console.log(`| ${[name, `${done.length} of ${moves.length}`, ...cells].join(' | ')} |`);
  }
  const beside = moves.map((all) => ratioOf(all));
  const count = (test: (ratio: number) => boolean) => beside.filter(test).length;
  console.log(
    `Ferry beside the quickest of the others: better in ${count((ratio) => ratio < 0.98)}, ` +
      `as good in ${count((ratio) => ratio >= 0.98 && ratio <= 1.02)}, worse in ${count((ratio) => ratio > 1.02)}`,
  );
}

/** Ferry's time over that of the quickest other that got done. */
function ratioOf(all: readonly Replayed[]): number {
  const [ferry, ...others] = all.map(({ totalMs }) => totalMs ?? Number.POSITIVE_INFINITY);
  const best = Math.min(...others);
  if (ferry === undefined || ferry === Number.POSITIVE_INFINITY)
    return best === ferry ? 1 : Number.POSITIVE_INFINITY;
  return ferry / best;
}
