import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Target } from '../uri.ts';
import type { Link, LinkEvents } from './link.ts';
import { type Channel, type FromLink, openRemoteLink, type ToLink } from './remote-link.ts';
import { besideThis } from './script-url.ts';

/** Asks the link thread for a new link that is spoken to through `port`. */
export interface OpenLink {
  readonly target: Target;
  readonly port: MessagePort;
}

let shared: { readonly worker: Worker; links: number } | undefined;

function linkThread(): { readonly worker: Worker; links: number } {
  if (!shared) {
    const thread = { worker: new Worker(besideThis('link-worker')), links: 0 };
    thread.worker.once('exit', () => {
      if (shared === thread) shared = undefined;
    });
    shared = thread;
  }
  return shared;
}

/** Opens a link in the link thread, one for all links of the process. Rejects as {@link openTransport} does. */
export function openThreadLink(target: Target, events: LinkEvents, signal: AbortSignal): Promise<Link> {
  const thread = linkThread();
  const { port1: port, port2 } = new MessageChannel();
  thread.links++;
  thread.worker.ref();
  thread.worker.postMessage({ target, port: port2 } satisfies OpenLink, [port2]);
  const channel = channelOver<ToLink, FromLink>(port);
  const close = () => {
    channel.close();
    thread.links--;
    if (thread.links === 0) thread.worker.unref();
  };
  return openRemoteLink({ ...channel, close }, events, signal);
}

export function channelOver<Out, In>(port: MessagePort): Channel<Out, In> {
  return {
    post: (message) => port.postMessage(message),
    listen: (listener) => void port.on('message', listener),
    close: () => port.close(),
  };
}
