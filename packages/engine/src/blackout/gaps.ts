/**
 * The longest time without an answer, in milliseconds, between two answers, less the pace at which they normally come.
 * `null` where fewer than two answers came. Resolution: one interval.
 */
export function longestGapMs(answeredAtMs: readonly number[], intervalMs: number): number | null {
  const [first, ...rest] = answeredAtMs;
  if (first === undefined || rest.length === 0) return null;
  let longest = 0;
  let before = first;
  for (const at of rest) {
    longest = Math.max(longest, at - before - intervalMs);
    before = at;
  }
  return longest;
}
