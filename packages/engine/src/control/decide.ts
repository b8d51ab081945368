/**
 * What to do as a pass over memory begins. Pure: the forecast asks it about moves that are only thought of, replay
 * about moves of the past, and the controller about the one that runs.
 *
 *   what remains fits the limit ─────────────────────────────► go on: QEMU switches over by itself
 *   it fits what the user accepts ── and still gets smaller ──► go on
 *                                 └─ it doesn't ──────────────► raise the limit so far
 *   it doesn't ── and gets smaller quickly ───────────────────► go on
 *              └─ it doesn't ── post-copy is allowed ─────────► post-copy
 *                            ├─ the guest may be held back ───► so far that it does
 *                            ├─ QEMU holds it back ───────────► go on
 *                            └─ nothing is left ──────────────► give up, after some passes
 */
import type { Action, Pass, Policy, Situation } from './policy.ts';

/** A pass that leaves less than this of what it sent is worth waiting for. */
const SHRINKS = 0.6;

/**
 * What a pass is to leave of what it sends when the guest is held back. Less would end the move sooner, by a pass of
 * memory at most, but the guest stands still between its turns, for longer the fewer it gets.
 */
const HELD_TO = 0.4;

/** Nor need a pass leave less than this of the pause that is accepted: what is predicted may be off. */
const AIM = 0.5;

/** What the limit is above what remains, since QEMU's own estimate of the wire goes up and down. */
const MARGIN = 1.25;

/** Passes without progress at the lowest speed, after which more of them would not help either. */
const PATIENCE_PASSES = 5;

export function decide(situation: Situation, policy: Policy): Action {
  const { passes, limitMs, share, postCopyStarted } = situation;
  const pass = passes[passes.length - 1] as Pass;
  const pauseMs = (1000 * wireBytes(pass, policy)) / situation.bytesPerS;
  if (postCopyStarted) return goOn('post-copy has begun');
  if (pass.number === 1) return first(pass, situation, policy);
  if (pauseMs <= limitMs) return goOn(`what remains fits a pause of ${ms(limitMs)}`);

  const next = { number: pass.number + 1, bytes: predicted(situation, policy, share) };
  const shrinks = wireBytes(next, policy) < SHRINKS * wireBytes(pass, policy);
  if (pauseMs <= policy.maxDowntimeMs) {
    if (shrinks) return goOn('the pause still gets shorter with each pass');
    const raised = Math.min(Math.ceil(pauseMs * MARGIN), policy.maxDowntimeMs);
    if (raised <= limitMs) return goOn('the limit is as high as it may be');
    return {
      name: 'limit-downtime',
      limitMs: raised,
      reason: `what remains takes ${ms(pauseMs)} and no longer shrinks: the pause may take ${ms(raised)}`,
    };
  }
  if (shrinks) return goOn('what remains still shrinks quickly');
  if (policy.postCopy) {
    return {
      name: 'start-post-copy',
      reason: `the guest writes as fast as it is sent: ${ms(pauseMs)} would remain after each pass`,
    };
  }
  if (share > policy.minShare) return throttled(situation, policy, pauseMs);
  if (policy.autoConverge) return goOn('QEMU holds the guest back further with each pass');
  return hopeless(situation, policy, pauseMs);
}

/**
 * What a pass leaves that sends all of memory once would have to be sent again: where that is measured to be most of it,
 * post-copy is sooner done if it begins at once, with the same pages to be fetched.
 */
function first(pass: Pass, { bytesPerS }: Situation, policy: Policy): Action {
  const { postCopy, dirtied, usedBytes } = policy;
  const sent = usedBytes ?? pass.bytes;
  const left = postCopy && dirtied ? dirtied(sent / bytesPerS) : 0;
  if (left < SHRINKS * sent) return goOn('all of memory is sent once');
  return {
    name: 'start-post-copy',
    reason: `the guest writes as fast as it is sent: ${percent(left / sent)} would have to be sent twice`,
  };
}

/** Holds the guest back no further than it takes for what remains to shrink quickly, or to fit the pause. */
function throttled(situation: Situation, policy: Policy, pauseMs: number): Action {
  const pass = situation.passes[situation.passes.length - 1] as Pass;
  const fits = (AIM * policy.maxDowntimeMs * situation.bytesPerS) / 1000;
  const enough = Math.max(fits, HELD_TO * wireBytes(pass, policy));
  const left = (share: number) =>
    wireBytes({ number: pass.number + 1, bytes: predicted(situation, policy, share) }, policy);
  let share = situation.share;
  // Each try is an eighth slower.
  do share *= 0.875;
  while (share > policy.minShare && left(share) > enough);
  share = Math.max(share, policy.minShare);
  const why = `${ms(pauseMs)} would remain, more than the ${ms(policy.maxDowntimeMs)} that are accepted`;
  return {
    name: 'throttle',
    share,
    reason: `${why}: the guest is held to ${percent(share)} of its speed until it has moved`,
  };
}

/** Not at once: a prediction may be wrong, and passes get shorter. */
function hopeless({ passes }: Situation, policy: Policy, pauseMs: number): Action {
  if (sinceProgress(passes) < PATIENCE_PASSES)
    return goOn('nothing more can be done but wait for a quieter moment');
  return {
    name: 'give-up',
    reason:
      `${ms(pauseMs)} remain after each pass, and ${ms(policy.maxDowntimeMs)} are accepted: ` +
      `allow a longer pause (--max-downtime ${Math.ceil((pauseMs * MARGIN) / 100) / 10}s), post-copy ` +
      '(--allow-post-copy), or more of the link',
  };
}

/** Passes since one had clearly less to send than all before it. */
function sinceProgress(passes: readonly Pass[]): number {
  let [best, at] = [Number.POSITIVE_INFINITY, 0];
  for (const [index, { number, bytes }] of passes.entries())
    if (number > 1 && bytes < PROGRESS * best) [best, at] = [bytes, index];
  return passes.length - 1 - at;
}

/** A guest is never as fast twice: what is less than this of the best is progress. */
const PROGRESS = 0.9;

/**
 * What the pass that has begun will leave, in bytes of guest memory, if the guest runs at `share` of its speed: what the
 * last one left, more or less as the measured curve goes. A curve that the last pass has belied is left alone: then what
 * is left goes with the time.
 */
function predicted({ passes, bytesPerS }: Situation, policy: Policy, share: number): number {
  const pass = passes[passes.length - 1] as Pass;
  const before = passes[passes.length - 2];
  const ranS = (share * policy.sendFactor * wireBytes(pass, policy)) / bytesPerS;
  if (before === undefined) return policy.dirtied?.(ranS) ?? pass.bytes;
  const ranBeforeS = (pass.startS - before.startS) * pass.share;
  const expected = policy.dirtied?.(ranBeforeS) ?? 0;
  const belied = expected === 0 || pass.bytes > BELIED * expected || pass.bytes < expected / BELIED;
  if (belied || policy.dirtied === null) return (pass.bytes * ranS) / ranBeforeS;
  return (pass.bytes * policy.dirtied(ranS)) / expected;
}

/** So far off is a curve that was measured at another moment of the guest's. */
const BELIED = 2;

/** What a pass costs on the wire, if nothing is compressed. Differences need what was sent before: QEMU keeps pages from the second pass on. */
export function wireBytes(
  { number, bytes }: Pick<Pass, 'number' | 'bytes'>,
  { resendFactor }: Policy,
): number {
  return number <= 2 ? bytes : bytes * resendFactor;
}

const goOn = (reason: string): Action => ({ name: 'go-on', reason });
const ms = (value: number) => (value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`);
const percent = (share: number) => `${(100 * share).toPrecision(2)} %`;
