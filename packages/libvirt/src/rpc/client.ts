import { LibvirtError, RemoteError } from '../errors.ts';
import { ErrorNumber } from '../protocol/constants.ts';
import { PROGRAM_VERSION, type Procedure } from '../protocol/procedure.ts';
import { messageError } from '../protocol/structs.ts';
import type { Codec } from '../xdr/codec.ts';
import { malformed, XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { encodeFrame, type Frame, MessageStatus, MessageType } from './frame.ts';
import type { Link, LinkEvents } from './link.ts';

export interface CallOptions {
  /** Gives up waiting. The daemon goes on with the call: nothing in the protocol takes it back. */
  readonly signal?: AbortSignal | undefined;
  /** Gives up waiting after so many milliseconds; `Infinity` for never. */
  readonly deadlineMs?: number | undefined;
}

/** Who hears what comes in a stream. */
export interface StreamEvents {
  onFrame(frame: Frame): void;
  onEnd(error: LibvirtError): void;
}

/** The client's end of a stream. */
export interface StreamEnd {
  /** The answer to the call that begins it. */
  readonly opened: Promise<unknown>;
  send(status: number, payload: Uint8Array): void;
  /** Hears no more of it. */
  forget(): void;
}

/**
 * libvirtd stops reading from a client that has `max_client_requests` (5) calls under way, and then doesn't read its
 * keepalive answers either (virnetserverclient.c). So we keep one below and queue the rest.
 */
const MAX_IN_FLIGHT = 4;
const DEFAULT_DEADLINE_MS = 60_000;
/** Longer than a timer can wait is for ever. */
const TIMER_MAX_MS = 2 ** 31 - 1;

interface Waiter {
  readonly name: string;
  readonly procedure: Procedure<unknown, unknown>;
  readonly frame: Uint8Array;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Calls procedures over a link: many at a time, each answered by the reply that bears its serial. */
export class RpcClient implements LinkEvents {
  #link: Link | undefined;
  #serial = 0;
  /** Sent and not answered. A waiter who gave up stays here, since the daemon is still busy with the call. */
  readonly #inFlight = new Map<number, Waiter>();
  readonly #queue = new Map<number, Waiter>();
  readonly #streams = new Map<number, StreamEvents>();
  readonly #listeners = new Map<number, { payload: Codec<unknown>; listener: (value: unknown) => void }>();
  #ended: LibvirtError | undefined;
  readonly #onEnd: ((error: LibvirtError) => void)[] = [];

  /** Must be called before anything else; apart from the constructor since a link needs its listener first. */
  attach(link: Link): void {
    this.#link = link;
  }

  call<A, R>(name: string, procedure: Procedure<A, R>, args: A, options: CallOptions = {}): Promise<R> {
    return this.#callAs(this.#nextSerial(), name, procedure, args, options);
  }

  /** Begins a stream by a call, whose serial all its frames bear. They may follow the reply at once. */
  openStream<A>(
    name: string,
    procedure: Procedure<A, unknown>,
    args: A,
    events: StreamEvents,
    options: CallOptions = {},
  ): StreamEnd {
    const serial = this.#nextSerial();
    this.#streams.set(serial, events);
    const { program, number } = procedure;
    const header = { program, version: PROGRAM_VERSION, procedure: number, type: MessageType.stream, serial };
    return {
      opened: this.#callAs(serial, name, procedure, args, options),
      send: (status, payload) => this.#link?.send(encodeFrame({ ...header, status }, payload)),
      forget: () => void this.#streams.delete(serial),
    };
  }

  #nextSerial(): number {
    this.#serial = this.#serial === 0xffffffff ? 1 : this.#serial + 1;
    return this.#serial;
  }

  #callAs<A, R>(
    serial: number,
    name: string,
    procedure: Procedure<A, R>,
    args: A,
    options: CallOptions,
  ): Promise<R> {
    const { signal, deadlineMs = DEFAULT_DEADLINE_MS } = options;
    if (this.#ended) return Promise.reject(this.#ended);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const frame = encodeCall(procedure, args, serial);
    return new Promise<R>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const giveUp = (reason: unknown) => {
        settle();
        this.#queue.delete(serial);
        reject(reason);
      };
      const onAbort = () => giveUp(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (deadlineMs <= TIMER_MAX_MS) {
        const late = () =>
          giveUp(new LibvirtError('timeout', `${name} did not answer within ${deadlineMs} ms`));
        timer = setTimeout(late, deadlineMs);
      }
      const waiter: Waiter = {
        name,
        procedure: procedure as Procedure<unknown, unknown>,
        frame,
        resolve: (value) => {
          settle();
          resolve(value as R);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      this.#queue.set(serial, waiter);
      this.#sendNext();
    });
  }

  /** Hears messages that the daemon sends unasked. One listener a procedure number. */
  listen<T>(number: number, payload: Codec<T>, listener: (value: T) => void): void {
    this.#listeners.set(number, { payload, listener: listener as (value: unknown) => void });
  }

  onClosed(listener: (error: LibvirtError) => void): void {
    if (this.#ended) listener(this.#ended);
    else this.#onEnd.push(listener);
  }

  onFrame(frame: Frame): void {
    const { header, payload } = frame;
    if (header.version !== PROGRAM_VERSION) throw malformed(`program version ${header.version}`);
    if (header.type === MessageType.reply) this.#settle(header.serial, header, payload);
    else if (header.type === MessageType.message) this.#deliver(header.procedure, payload);
    else if (header.type === MessageType.stream || header.type === MessageType.streamHole) {
      // What was under way when a stream was given up still comes, for nobody.
      this.#streams.get(header.serial)?.onFrame(frame);
    } else throw malformed(`a frame of type ${header.type}, which nobody asked for`);
  }

  onEnd(error: LibvirtError): void {
    this.#ended = error;
    const waiters = [...this.#inFlight.values(), ...this.#queue.values()];
    this.#inFlight.clear();
    this.#queue.clear();
    for (const waiter of waiters) {
      waiter.reject(
        new LibvirtError(error.code, `${error.message}, while ${waiter.name} waited`, { cause: error }),
      );
    }
    for (const stream of this.#streams.values()) stream.onEnd(error);
    for (const listener of this.#onEnd) listener(error);
  }

  #sendNext(): void {
    for (const [serial, waiter] of this.#queue) {
      if (this.#inFlight.size >= MAX_IN_FLIGHT) return;
      this.#queue.delete(serial);
      this.#inFlight.set(serial, waiter);
      this.#link?.send(waiter.frame);
    }
  }

  #settle(serial: number, header: Frame['header'], payload: Uint8Array): void {
    const waiter = this.#inFlight.get(serial);
    if (!waiter) throw malformed(`a reply to the unknown call ${serial}`);
    if (header.procedure !== waiter.procedure.number || header.program !== waiter.procedure.program) {
      throw malformed(`a reply of procedure ${header.procedure} to ${waiter.name}`);
    }
    const reader = new XdrReader(payload);
    if (header.status === MessageStatus.ok) {
      const value = waiter.procedure.ret.read(reader);
      reader.end();
      this.#inFlight.delete(serial);
      waiter.resolve(value);
    } else if (header.status === MessageStatus.error) {
      const error = readError(reader);
      this.#inFlight.delete(serial);
      waiter.reject(error);
    } else {
      throw malformed(`a reply with status ${header.status}`);
    }
    this.#sendNext();
  }

  #deliver(number: number, payload: Uint8Array): void {
    const entry = this.#listeners.get(number);
    if (!entry) return;
    const reader = new XdrReader(payload);
    const value = entry.payload.read(reader);
    reader.end();
    entry.listener(value);
  }
}

function encodeCall<A>(procedure: Procedure<A, unknown>, args: A, serial: number): Uint8Array {
  const writer = new XdrWriter();
  procedure.args.write(writer, args);
  const header = {
    program: procedure.program,
    version: PROGRAM_VERSION,
    procedure: procedure.number,
    type: MessageType.call,
    serial,
    status: MessageStatus.ok,
  };
  return encodeFrame(header, writer.bytes());
}

/** The payload of an answer that is an error. */
export function readError(reader: XdrReader): RemoteError {
  const error = messageError.read(reader);
  reader.end();
  return new RemoteError({
    number: error.code,
    domain: error.domain,
    level: error.level,
    message: error.message ?? `libvirt error ${error.code}`,
    details: [error.str1, error.str2, error.str3].filter((text) => text !== null),
    ...(error.code === ErrorNumber.systemError ? { errno: error.int1 } : {}),
  });
}
