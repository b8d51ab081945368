/**
 * One message on the wire (libvirt's src/rpc/virnetprotocol.x):
 *
 *   u32 length, itself included │ prog │ vers │ proc │ type │ serial │ status │ payload (XDR)
 *                               └────────────── six u32 ───────────────────┘
 */
import { malformed } from '../xdr/reader.ts';

export const MessageType = { call: 0, reply: 1, message: 2, stream: 3, streamHole: 6 } as const;
export const MessageStatus = { ok: 0, error: 1, continue: 2 } as const;

/** VIR_NET_MESSAGE_MAX, plus the length word itself. */
export const FRAME_MAX_BYTES = 33_554_432 + 4;
const LENGTH_BYTES = 4;
const HEADER_BYTES = 24;
const FRAME_MIN_BYTES = LENGTH_BYTES + HEADER_BYTES;

export interface Header {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
}

export interface Frame {
  readonly header: Header;
  readonly payload: Uint8Array;
}

export function encodeFrame(header: Header, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_MIN_BYTES + payload.length);
  if (bytes.length > FRAME_MAX_BYTES)
    throw new RangeError(`a message of ${bytes.length} bytes is over libvirt's limit`);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(header.program, 4);
  bytes.writeUInt32BE(header.version, 8);
  bytes.writeInt32BE(header.procedure, 12);
  bytes.writeInt32BE(header.type, 16);
  bytes.writeUInt32BE(header.serial, 20);
  bytes.writeInt32BE(header.status, 24);
  bytes.set(payload, FRAME_MIN_BYTES);
  return bytes;
}

/**
 * Cuts a stream of bytes into frames, however the bytes were split on the way. Holds no more than one frame: a
 * length over the limit is an error before anything is stored for it.
 */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #have = 0;
  /** Bytes that must be here before anything can be done: a length word, then a whole frame. */
  #need = LENGTH_BYTES;

  /** Takes what arrived and returns the frames that it completed. Throws a `protocol` error on nonsense. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#have += chunk.length;
    const frames: Frame[] = [];
    while (this.#have >= this.#need) {
      const bytes =
        this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
      const length = frameLength(bytes);
      if (bytes.length < length) {
        this.#keep(bytes, length);
        break;
      }
      frames.push(decodeFrame(bytes.subarray(0, length)));
      this.#keep(bytes.subarray(length), LENGTH_BYTES);
    }
    return frames;
  }

  #keep(bytes: Buffer, need: number): void {
    this.#chunks = bytes.length > 0 ? [bytes] : [];
    this.#have = bytes.length;
    this.#need = need;
  }
}

function frameLength(bytes: Buffer): number {
  const length = bytes.readUInt32BE(0);
  if (length < FRAME_MIN_BYTES || length > FRAME_MAX_BYTES) throw malformed(`a frame of ${length} bytes`);
  return length;
}

function decodeFrame(bytes: Buffer): Frame {
  const header = {
    program: bytes.readUInt32BE(4),
    version: bytes.readUInt32BE(8),
    procedure: bytes.readInt32BE(12),
    type: bytes.readInt32BE(16),
    serial: bytes.readUInt32BE(20),
    status: bytes.readInt32BE(24),
  };
  return { header, payload: bytes.subarray(FRAME_MIN_BYTES) };
}
