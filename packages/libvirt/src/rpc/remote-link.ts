/**
 * A link whose socket is held elsewhere: in another thread (thread-link.ts), or in another process (process-link.ts).
 * The daemon drops a client that doesn't answer its keepalive for about 30 s, and the destination then kills the
 * incoming guest; held elsewhere, the answer comes whatever the caller's event loop is doing.
 *
 *   the caller                              elsewhere (link-server.ts)
 *   remote link ───────── channel ───────── StreamLink ──── transport ──── daemon
 *                 frames, close, errors         └─ answers PING
 */
import { LibvirtError, type LibvirtErrorCode } from '../errors.ts';
import type { Frame } from './frame.ts';
import type { Keepalive, Link, LinkEvents } from './link.ts';

/** What goes to whoever holds the socket. */
export type ToLink =
  | { readonly kind: 'send'; readonly frame: Uint8Array }
  | { readonly kind: 'keepalive'; readonly keepalive: Keepalive }
  | { readonly kind: 'close' };

/** What comes from there. Errors cross as plain data, since a class doesn't survive the copy. */
export type FromLink =
  | { readonly kind: 'open' }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'end'; readonly code: LibvirtErrorCode; readonly message: string };

/** A way to exchange messages, each one copied. */
export interface Channel<Out, In> {
  post(message: Out): void;
  listen(listener: (message: In) => void): void;
  close(): void;
}

/** Speaks through a channel to a link that is being opened. Rejects as {@link openTransport} does. */
export function openRemoteLink(
  channel: Channel<ToLink, FromLink>,
  events: LinkEvents,
  signal: AbortSignal,
): Promise<Link> {
  const link: Link = {
    // A frame may be a view of a larger buffer, which would go over whole.
    send: (frame) => channel.post({ kind: 'send', frame: new Uint8Array(frame) }),
    startKeepalive: (keepalive) => channel.post({ kind: 'keepalive', keepalive }),
    close: () => channel.post({ kind: 'close' }),
  };
  return new Promise((resolve, reject) => {
    let isOpen = false;
    const onAbort = () => {
      link.close();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const end = (error: LibvirtError) => {
      signal.removeEventListener('abort', onAbort);
      channel.close();
      if (isOpen) events.onEnd(error);
      else reject(error);
    };
    channel.listen((message) => {
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
            end(asLibvirtError('protocol', error));
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

export function asLibvirtError(code: LibvirtErrorCode, error: unknown): LibvirtError {
  return error instanceof LibvirtError ? error : new LibvirtError(code, String(error), { cause: error });
}
