/**
 * A link whose socket lives in another thread. The daemon drops a client that doesn't answer its keepalive for about
 * 30 s, and the destination then kills the incoming guest; in a thread of its own the answer comes whatever the
 * caller's event loop is doing.
 *
 *   this thread                         the link thread (link-worker.ts, one for all links of the process)
 *   ThreadLink ──────── MessagePort ──────── StreamLink ──── transport ──── daemon
 *                frames, close, errors             └─ answers PING
 */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { LibvirtError, type LibvirtErrorCode } from '../errors.ts';
import type { Target } from '../uri.ts';
import type { Frame } from './frame.ts';
import type { Keepalive, Link, LinkEvents } from './link.ts';

/** What goes to the link thread. */
export type ToLink =
  | { readonly kind: 'send'; readonly frame: Uint8Array }
  | { readonly kind: 'keepalive'; readonly keepalive: Keepalive }
  | { readonly kind: 'close' };

/** What comes from it. Errors cross as plain data, since a class doesn't survive the copy. */
export type FromLink =
  | { readonly kind: 'open' }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'end'; readonly code: LibvirtErrorCode; readonly message: string };

/** Asks the link thread for a new link that is spoken to through `port`. */
export interface OpenLink {
  readonly target: Target;
  readonly port: MessagePort;
}

let shared: { readonly worker: Worker; links: number } | undefined;

function linkThread(): { readonly worker: Worker; links: number } {
  if (!shared) {
    // The same name in source (.ts) and once compiled (.js).
    const file = new URL(
      import.meta.url.endsWith('.ts') ? './link-worker.ts' : './link-worker.js',
      import.meta.url,
    );
    const thread = { worker: new Worker(file), links: 0 };
    thread.worker.once('exit', () => {
      if (shared === thread) shared = undefined;
    });
    shared = thread;
  }
  return shared;
}

/** Opens a link in the link thread. Rejects as {@link openTransport} does. */
export function openThreadLink(target: Target, events: LinkEvents, signal: AbortSignal): Promise<Link> {
  const thread = linkThread();
  const { port1: port, port2 } = new MessageChannel();
  const post = (message: ToLink, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const link: Link = {
    send: (frame) => {
      const copy = new Uint8Array(frame);
      post({ kind: 'send', frame: copy }, [copy.buffer]);
    },
    startKeepalive: (keepalive) => post({ kind: 'keepalive', keepalive }),
    close: () => post({ kind: 'close' }),
  };
  thread.links++;
  thread.worker.ref();
  thread.worker.postMessage({ target, port: port2 } satisfies OpenLink, [port2]);
  return new Promise((resolve, reject) => {
    let isOpen = false;
    const onAbort = () => {
      link.close();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const end = (error: LibvirtError) => {
      signal.removeEventListener('abort', onAbort);
      port.close();
      thread.links--;
      if (thread.links === 0) thread.worker.unref();
      if (isOpen) events.onEnd(error);
      else reject(error);
    };
    port.on('message', (message: FromLink) => {
      switch (message.kind) {
        case 'open':
          isOpen = true;
          signal.removeEventListener('abort', onAbort);
          resolve(link);
          return;
        case 'frame':
          try {
            events.onFrame(message.frame);
          } catch (error) {
            link.close();
            end(
              error instanceof LibvirtError
                ? error
                : new LibvirtError('protocol', String(error), { cause: error }),
            );
          }
          return;
        case 'end':
          end(new LibvirtError(message.code, message.message));
          return;
        default:
          message satisfies never;
      }
    });
  });
}
