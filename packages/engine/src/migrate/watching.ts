import { messageOf } from '@virt-ferry/libvirt';
import type { Move } from './operation.ts';
import { postCopyStarter } from './post-copy.ts';
import { watchProgress } from './watch.ts';

/**
 * Watches a move, starts post-copy when its moment has come, and stands ready to stop it; returns what ends that.
 * Nothing is waited for here: the guest may stand still.
 */
export function watching(move: Move): () => void {
  const { request, env, story, from, dom, abort } = move;
  const over = new AbortController();
  const stop = () =>
    void from.monitor
      .domainAbortJob({ dom })
      .catch((error: unknown) => story.notice(`could not abort: ${messageOf(error)}`))
      .catch(() => undefined);
  abort.onRequest(stop);
  const watcher = {
    onAbortRequested: () => abort.request('asked for by ferry abort'),
    onPass: postCopyStarter({ request, story, source: from.monitor, dom }),
  };
  move.background.push(watchProgress(from.monitor, dom, story, env, watcher, over.signal));
  return () => {
    abort.offRequest(stop);
    over.abort();
  };
}
