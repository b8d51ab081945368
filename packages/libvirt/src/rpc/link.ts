import { LibvirtError } from '../errors.ts';
import { PROGRAM_VERSION, Program } from '../protocol/procedure.ts';
import type { Transport } from '../transport/transport.ts';
import { encodeFrame, type Frame, FrameDecoder, MessageStatus, MessageType } from './frame.ts';

/** Asks after the other side every `intervalMs`; `count` unanswered questions end the link. */
export interface Keepalive {
  readonly intervalMs: number;
  readonly count: number;
}

/** A way to exchange frames. It answers the daemon's keepalive by itself. */
export interface Link {
  send(frame: Uint8Array): void;
  startKeepalive(keepalive: Keepalive): void;
  /** Sends what is still waiting, then ends. */
  close(): void;
  /** The process that holds the socket, where that is another one. */
  readonly pid?: number | undefined;
}

export interface LinkEvents {
  onFrame(frame: Frame): void;
  /** Called once, whoever ended it. */
  onEnd(error: LibvirtError): void;
}

const Ping = 1;
const Pong = 2;
const NOTHING = new Uint8Array(0);

/** A link over a byte stream. */
export class StreamLink implements Link {
  readonly #transport: Transport;
  readonly #events: LinkEvents;
  readonly #decoder = new FrameDecoder();
  #unanswered = 0;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(transport: Transport, events: LinkEvents) {
    this.#transport = transport;
    this.#events = events;
    transport.input.on('data', (chunk: Buffer) => this.#receive(chunk));
    transport.onEnd((error) => this.#end(error));
    // A transport that read a greeting has stopped the flow.
    transport.input.resume();
  }

  send(frame: Uint8Array): void {
    if (!this.#ended) this.#transport.output.write(frame);
  }

  startKeepalive({ intervalMs, count }: Keepalive): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      if (this.#unanswered >= count) {
        const silentS = Math.round((intervalMs * (count + 1)) / 1000);
        this.#end(new LibvirtError('disconnected', `${this.#transport.peer} was silent for ${silentS} s`));
        return;
      }
      this.#unanswered++;
      this.#sendKeepalive(Ping);
    }, intervalMs);
    this.#timer.unref();
  }

  close(): void {
    this.#transport.output.end();
    this.#end(new LibvirtError('disconnected', `the connection to ${this.#transport.peer} was closed`));
  }

  #receive(chunk: Buffer): void {
    if (this.#ended) return;
    this.#unanswered = 0;
    try {
      for (const frame of this.#decoder.push(chunk)) {
        if (frame.header.program !== Program.keepalive) this.#events.onFrame(frame);
        else if (frame.header.procedure === Ping) this.#sendKeepalive(Pong);
      }
    } catch (error) {
      this.#end(
        error instanceof LibvirtError ? error : new LibvirtError('protocol', String(error), { cause: error }),
      );
    }
  }

  #sendKeepalive(procedure: number): void {
    const header = {
      program: Program.keepalive,
      version: PROGRAM_VERSION,
      procedure,
      type: MessageType.message,
      serial: 0,
      status: MessageStatus.ok,
    };
    this.send(encodeFrame(header, NOTHING));
  }

  #end(error: LibvirtError): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#timer);
    this.#transport.destroy();
    this.#events.onEnd(error);
  }
}
