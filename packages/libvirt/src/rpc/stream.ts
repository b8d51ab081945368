/**
 * A part of a volume's bytes, in a stream of its own (libvirt's src/remote/remote_daemon_stream.c):
 *
 *   download   call ─► reply, data or hole …, empty data: the end ─► "ok" ─► "ok"
 *   upload     call ─► reply, data …, "ok": the end               ─► "ok": it is written
 *
 * The protocol has no flow control, so the caller asks for parts that it can hold: a part is one stream.
 */
import { LibvirtError } from '../errors.ts';
import type { Procedure } from '../protocol/procedure.ts';
import { i64, struct, u32 } from '../xdr/codec.ts';
import { malformed, XdrReader } from '../xdr/reader.ts';
import { type CallOptions, type RpcClient, readError, type StreamEnd } from './client.ts';
import { type Frame, MessageStatus, MessageType } from './frame.ts';

/** Bytes, or how many of them are a hole. */
export type Piece = Uint8Array | { readonly hole: number };

/** virNetStreamHole of virnetprotocol.x. */
const hole = struct({ length: i64, flags: u32 });
/** VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX, which every version takes. */
const PAYLOAD_MAX_BYTES = 262_120;
const NOTHING = new Uint8Array(0);
/** A disk that is slow, at the far end of a slow line. */
const PART_DEADLINE_MS = 120_000;

type Begin<A> = { readonly name: string; readonly procedure: Procedure<A, unknown>; readonly args: A };

/** Reads a part of at most `maxBytes`, its holes counted too. */
export async function download<A>(
  client: RpcClient,
  begin: Begin<A>,
  maxBytes: number,
  options: CallOptions,
): Promise<Piece[]> {
  const pieces: Piece[] = [];
  let length = 0;
  await runStream(client, begin, options, (frame, end) => {
    const piece = pieceOf(frame);
    if (!('hole' in piece) && piece.length === 0) return end.send(MessageStatus.ok, NOTHING);
    length += 'hole' in piece ? piece.hole : piece.length;
    if (length > maxBytes) throw malformed(`a stream of more than ${maxBytes} bytes`);
    pieces.push(piece);
  });
  return pieces;
}

/** Writes a part; it is written when this resolves. */
export async function upload<A>(
  client: RpcClient,
  begin: Begin<A>,
  bytes: readonly Uint8Array[],
  options: CallOptions,
): Promise<void> {
  const unexpected = () => {
    throw malformed('data in a stream that is written to');
  };
  await runStream(client, begin, options, unexpected, (end) => {
    for (const whole of bytes)
      for (let at = 0; at < whole.length; at += PAYLOAD_MAX_BYTES)
        end.send(MessageStatus.continue, whole.subarray(at, at + PAYLOAD_MAX_BYTES));
    end.send(MessageStatus.ok, NOTHING);
  });
}

/** From the call to the "ok" of the other side; where it fails on the way, the other side is told to give up. */
async function runStream<A>(
  client: RpcClient,
  { name, procedure, args }: Begin<A>,
  options: CallOptions,
  onData: (frame: Frame, end: StreamEnd) => void,
  onOpen: (end: StreamEnd) => void = () => undefined,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  // Awaited below, once the call is answered.
  ended.promise.catch(() => undefined);
  const onFrame = (frame: Frame) => {
    const { status } = frame.header;
    if (status === MessageStatus.ok) ended.resolve();
    else if (status === MessageStatus.error) ended.reject(readError(new XdrReader(frame.payload)));
    else onData(frame, end);
  };
  const end = client.openStream(name, procedure, args, { onFrame, onEnd: ended.reject }, options);
  const { signal, deadlineMs = PART_DEADLINE_MS } = options;
  const late = () => ended.reject(new LibvirtError('timeout', `${name} did not end within ${deadlineMs} ms`));
  const timer = setTimeout(late, deadlineMs);
  const onAbort = () => ended.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await end.opened;
    onOpen(end);
    await ended.promise;
  } catch (error) {
    end.send(MessageStatus.error, NOTHING);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    end.forget();
  }
}

function pieceOf({ header, payload }: Frame): Piece {
  if (header.type !== MessageType.streamHole) return payload;
  const reader = new XdrReader(payload);
  const { length } = hole.read(reader);
  reader.end();
  if (length < 0n) throw malformed(`a hole of ${length} bytes`);
  return { hole: Number(length) };
}
