import { messageOf } from '@virt-ferry/libvirt';
import { account } from '../recover/account.ts';
import { recordOf } from '../recover/record.ts';
import { settle } from '../recover/settle.ts';
import { sitesOf } from '../recover/site.ts';
import type { Done, Hold } from '../recover/step.ts';
import { sweep } from '../recover/sweep.ts';
import type { Ending, Move } from './operation.ts';
import { isFenced } from './story.ts';

/** How long to go on trying where a host is away. */
const PATIENCE_MS = 30_000;

/**
 * A move failed at any point: from here on it is recovered as if Ferry had died there, by what the journal says and
 * both hosts say. A guest that is spread over both hosts by post-copy is waited for as long as it takes.
 */
export async function settleMove(move: Move, cause: unknown): Promise<Ending> {
  const { request, env, story, dom, abort } = move;
  const why = abort.requested ? abort.reason : messageOf(cause);
  if (isFenced(cause)) return { result: 'uncertain', reason: why, open: true };
  const recordNow = () => recordOf(request, story.entries, abort.requested);
  const { source, destination } = sitesOf({ domain: dom, request }, recordNow(), [], env);
  const patienceMs = request.method === 'post-copy' ? Number.POSITIVE_INFINITY : PATIENCE_MS;
  try {
    const never = new AbortController().signal;
    const scene = { domain: dom, source, destination, story, env, signal: never, abort };
    const settled = await settle(recordNow, scene, { patienceMs });
    await sweep([env.holder], [source, destination]);
    const ending = endingOf(settled, why, abort.requested);
    // What was moved shut off runs nowhere.
    if (ending.result !== 'migrated' || request.offline) return ending;
    const { totals, wrong } = await account(scene, recordNow().wasPaused);
    return { ...ending, ...totals, reason: [ending.reason, ...wrong].join('; ') };
  } catch (error) {
    return { result: 'uncertain', reason: `${why}; ${messageOf(error)}`, open: true };
  } finally {
    await Promise.all([source.close(), destination.close()]);
  }
}

function endingOf(settled: Done | Hold, why: string, aborted: boolean): Ending {
  if (settled.name === 'hold') {
    return { result: 'uncertain', reason: `${why}; ${settled.reason}; look at ${settled.look}`, open: true };
  }
  const reason = [why, settled.reason, ...settled.debts.map((debt) => `still to do: ${debt}`)].join('; ');
  const failed = aborted ? 'aborted' : 'rolled-back';
  return {
    result: settled.result === 'migrated' ? 'migrated' : failed,
    reason,
    open: settled.debts.length > 0,
  };
}
