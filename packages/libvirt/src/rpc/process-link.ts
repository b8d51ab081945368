import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LibvirtError } from '../errors.ts';
import type { Target } from '../uri.ts';
import type { Link, LinkEvents } from './link.ts';
import { type FromLink, openRemoteLink, type ToLink } from './remote-link.ts';
import { besideThis } from './script-url.ts';

/**
 * Opens a link in a process of its own, which outlives this one: killed, it leaves a connection that the daemon still
 * counts as alive, and what the daemon ties to it lives on, until that process is ended or has waited for long enough
 * (link-process.ts). Rejects as {@link openTransport} does.
 */
export function openProcessLink(target: Target, events: LinkEvents, signal: AbortSignal): Promise<Link> {
  const child = fork(fileURLToPath(besideThis('link-process')), [], {
    // Not of our process group: Ctrl-C on a terminal is for us alone.
    detached: true,
    execArgv: [],
    serialization: 'advanced',
    stdio: 'ignore',
  });
  child.send(target);
  let isClosed = false;
  const channel = {
    post: (message: ToLink) => {
      if (child.connected) child.send(message, () => undefined);
    },
    listen: (listener: (message: FromLink) => void) => {
      child.on('message', listener);
      child.once('exit', () => {
        const { code, message } = new LibvirtError('disconnected', 'the process of the connection has ended');
        if (!isClosed) listener({ kind: 'end', code, message });
      });
    },
    close: () => {
      isClosed = true;
      if (child.connected) child.disconnect();
      child.unref();
    },
  };
  return openRemoteLink(channel, events, signal).then((link) => ({ ...link, pid: child.pid }));
}
