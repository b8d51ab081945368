import { messageOf } from '@virt-ferry/libvirt';
import type { Move } from './operation.ts';
import { watchProgress } from './watch.ts';

/** Watches a move and stands ready to stop it, until it ends. Nothing is waited for here: the guest may stand still. */
export function watching(move: Move): { readonly over: AbortSignal; readonly end: () => void } {
  const { env, story, from, dom, abort } = move;
  const over = new AbortController();
  const stop = () =>
    void from.monitor
      .domainAbortJob({ dom })
      .catch((error: unknown) => story.notice(`could not abort: ${messageOf(error)}`))
      .catch(() => undefined);
  abort.onRequest(stop);
  const onAbortRequested = () => abort.request('asked for by ferry abort');
  move.background.push(watchProgress(from.monitor, dom, story, env, onAbortRequested, over.signal));
  return {
    over: over.signal,
    end: () => {
      abort.offRequest(stop);
      over.abort();
    },
  };
}
