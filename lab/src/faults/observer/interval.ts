/**
 * A time in which a QEMU ran vCPUs, in milliseconds of the wall clock.
 *
 * QEMU dates its own STOP and RESUME, so most edges are known exactly. One that wasn't told (QEMU was killed, or ran
 * already when it was first asked) lies between what is proven and what is possible.
 *
 *     earliestFromMs ┄┄┄ fromMs ━━━━━━━━━━━━━━ toMs ┄┄┄ latestToMs
 *        possible                proven             possible
 */
export interface Interval {
  readonly host: string;
  readonly pid: number;
  readonly fromMs: number;
  /** `null`: it ran when the observation ended. */
  readonly toMs: number | null;
  readonly earliestFromMs: number;
  readonly latestToMs: number | null;
}

/** What the intervals of one guest say about it. */
export interface Measure {
  /** How long it is proven that two QEMUs or more ran at once. More than 0 is a violation. */
  readonly twoRunnersMs: number;
  /** The same, were each edge that isn't known as bad as it can be. */
  readonly twoRunnersAtMostMs: number;
  /** The longest time on end in which no QEMU is proven to have run. */
  readonly noneMs: number;
}

interface Span {
  readonly pid: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Measures the intervals within an observation. They may come in any order. */
export function measure(intervals: readonly Interval[], startMs: number, endMs: number): Measure {
  const within = (pid: number, from: number, to: number | null): Span => ({
    pid,
    fromMs: Math.max(from, startMs),
    toMs: Math.min(to ?? endMs, endMs),
  });
  const proven = intervals.map(({ pid, fromMs, toMs }) => within(pid, fromMs, toMs));
  const possible = intervals.map(({ pid, earliestFromMs, latestToMs }) =>
    within(pid, earliestFromMs, latestToMs),
  );
  return {
    twoRunnersMs: millisecondsWith(2, proven),
    twoRunnersAtMostMs: millisecondsWith(2, possible),
    noneMs: longestNone(proven, startMs, endMs),
  };
}

/** The time in which so many processes or more are in a span of theirs. */
function millisecondsWith(count: number, spans: readonly Span[]): number {
  let total = 0;
  const edges = [...new Set(spans.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))].sort((a, b) => a - b);
  for (const [i, fromMs] of edges.entries()) {
    const toMs = edges[i + 1] ?? fromMs;
    const here = spans.filter((span) => span.fromMs <= fromMs && span.toMs >= toMs);
    if (new Set(here.map(({ pid }) => pid)).size >= count) total += toMs - fromMs;
  }
  return total;
}

function longestNone(spans: readonly Span[], startMs: number, endMs: number): number {
  let longest = 0;
  let until = startMs;
  const inOrder = spans.filter(({ fromMs, toMs }) => fromMs < toMs).toSorted((a, b) => a.fromMs - b.fromMs);
  for (const { fromMs, toMs } of inOrder) {
    longest = Math.max(longest, fromMs - until);
    until = Math.max(until, toMs);
  }
  return Math.max(longest, endMs - until);
}
