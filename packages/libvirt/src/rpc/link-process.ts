/**
 * The process of one link: holds its socket and answers keepalive. If the process it works for dies without closing the
 * link, it stays for a while, so that the daemon does not take the death of a client for the end of what it had begun.
 */

import type { Target } from '../uri.ts';
import { serveLink } from './link-server.ts';
import type { FromLink, ToLink } from './remote-link.ts';

/** Time to recover what was begun. */
const OUTLIVES_MS = 15 * 60_000;

process.once('message', (target: Target) => {
  const channel = {
    post: (message: FromLink) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    listen: (listener: (message: ToLink) => void) => void process.on('message', listener),
    close: () => {
      if (process.connected) process.disconnect();
    },
  };
  process.once('disconnect', () => setTimeout(() => process.exit(), OUTLIVES_MS).unref());
  void serveLink(target, channel).then(() => process.exit());
});
