import type { Readable, Writable } from 'node:stream';
import type { LibvirtError } from '../errors.ts';

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
