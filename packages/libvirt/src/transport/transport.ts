import type { Readable, Writable } from 'node:stream';
import type { LibvirtError } from '../errors.ts';
import type { Target } from '../uri.ts';
import { openSsh } from './ssh.ts';
import { openTcp } from './tcp.ts';
import { openTls } from './tls.ts';
import { openUnix } from './unix.ts';

/** A byte stream to a daemon, already past any handshake of its own. */
export interface Transport {
  readonly input: Readable;
  readonly output: Writable;
  /** Who is on the other side, for messages. */
  readonly peer: string;
  destroy(): void;
  /** Hears once why the stream ended, as far as the transport can tell. */
  onEnd(listener: (error: LibvirtError) => void): void;
}

/** Connects to where a URI points. Throws a {@link LibvirtError} with code `connect`, `tls` or `auth`. */
export function openTransport(target: Target, signal: AbortSignal): Promise<Transport> {
  switch (target.transport) {
    case 'unix':
      return openUnix(target, signal);
    case 'tcp':
      return openTcp(target, signal);
    case 'tls':
      return openTls(target, signal);
    case 'ssh':
      return openSsh(target, signal);
    default:
      return target satisfies never;
  }
}
