import { type EventName, type EventPayload, events } from '../protocol/events.ts';
import { PROGRAM_VERSION, type Procedure, Program } from '../protocol/procedure.ts';
import { messageError } from '../protocol/structs.ts';
import { encodeFrame, type Frame, type Header, MessageStatus, MessageType } from '../rpc/frame.ts';
import type { Codec } from '../xdr/codec.ts';
import { XdrWriter } from '../xdr/writer.ts';

/** The bytes of a value on the wire. */
export function encoded<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new XdrWriter();
  codec.write(writer, value);
  return writer.bytes();
}

const plain: Header = {
  program: Program.remote,
  version: PROGRAM_VERSION,
  procedure: 0,
  type: MessageType.reply,
  serial: 0,
  status: MessageStatus.ok,
};

/** A frame as a daemon would send it, with any part of its header changed. */
export function frameOf(header: Partial<Header>, payload: Uint8Array = new Uint8Array()): Buffer {
  return encodeFrame({ ...plain, ...header }, payload);
}

/** A good answer to a call. */
export function replyTo<A, R>({ header }: Frame, procedure: Procedure<A, R>, value: R): Buffer {
  const { program, procedure: number, serial } = header;
  return frameOf({ program, procedure: number, serial }, encoded(procedure.ret, value));
}

/** An error as an answer to a call. */
export function errorTo({ header }: Frame, code: number, message: string): Buffer {
  const { program, procedure, serial } = header;
  const nothing = { dom: null, str1: message, str2: null, str3: null, int1: 0, int2: 0, net: null };
  const payload = encoded(messageError, { code, domain: 0, message, level: 2, ...nothing });
  return frameOf({ program, procedure, serial, status: MessageStatus.error }, payload);
}

/** An event, sent unasked. */
export function eventOf<N extends EventName>(name: N, payload: EventPayload<N>): Buffer {
  const { number, payload: codec } = events[name];
  return frameOf(
    { procedure: number, type: MessageType.message },
    encoded(codec as Codec<EventPayload<N>>, payload),
  );
}

/** The daemon's question whether the client is there. */
export const ping: Buffer = frameOf({ program: Program.keepalive, procedure: 1, type: MessageType.message });
