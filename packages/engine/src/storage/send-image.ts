import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { Connection, Piece, StorageVolRef } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import type { Side } from '../preflight/check.ts';
import { addTo, lengthOf, partsOf } from './digest.ts';

/** An image of the source, and the empty volume on the destination that it goes to. */
export interface Sending {
  readonly path: string;
  readonly fileBytes: number;
  readonly source: Side;
  readonly destination: Connection;
  readonly vol: StorageVolRef;
  /** `null`: as fast as it goes. */
  readonly bytesPerS: number | null;
  /** Called before each part: throws where the move is to end. */
  readonly proceed: () => void;
  readonly onProgress: (doneBytes: number) => void;
  readonly env: Env;
}

/** The source's directory is looked into for so long at a time: a view that is older than minutes counts as left over. */
const SPAN_BYTES = 256 * 1024 ** 2;

/**
 * Sends a file as it is, byte by byte, holes as holes: read from one libvirtd and written to the other. Returns the
 * SHA-256 of what was sent, in hex. Throws where the file changes its length meanwhile.
 */
export async function sendImage(sending: Sending): Promise<string> {
  const { path, fileBytes, source, env } = sending;
  const hash = createHash('sha256');
  const startedAtMs = env.monotonicMs();
  let sentBytes = 0;
  for (let offset = 0; offset < fileBytes; offset += SPAN_BYTES) {
    const until = Math.min(fileBytes, offset + SPAN_BYTES);
    const sight = await source.view(dirname(path), async (directory) => {
      const vol = await directory.volume(basename(path));
      if (vol === null) throw changed(path);
      let at = offset;
      for await (const part of partsOf(vol, source.connection, offset, until)) {
        sending.proceed();
        addTo(hash, part.pieces);
        sentBytes += await write(part.offset, part.pieces, sending);
        at = part.offset + part.length;
        sending.onProgress(at);
        await keepTo(sending.bytesPerS, sentBytes, startedAtMs, env);
      }
      if (at !== until) throw changed(path);
    });
    if (sight.kind !== 'seen') throw new EngineError('storage', sight.evidence);
  }
  return hash.digest('hex');
}

/** Writes what is not a hole, each stretch of data at its place; returns how many bytes that were. */
async function write(
  offset: number,
  pieces: readonly Piece[],
  { destination, vol }: Sending,
): Promise<number> {
  let at = offset;
  let sent = 0;
  let stretch: Uint8Array[] = [];
  const flush = async () => {
    const length = stretch.reduce((sum, bytes) => sum + bytes.length, 0);
    if (length > 0) await destination.writeVolume({ vol, offset: BigInt(at - length) }, stretch);
    sent += length;
    stretch = [];
  };
  for (const piece of pieces) {
    if ('hole' in piece) await flush();
    else stretch.push(piece);
    at += lengthOf(piece);
  }
  await flush();
  return sent;
}

/** Waits until so many bytes are due. */
async function keepTo(
  bytesPerS: number | null,
  sentBytes: number,
  startedAtMs: number,
  env: Env,
): Promise<void> {
  if (bytesPerS === null) return;
  const dueMs = (sentBytes / bytesPerS) * 1000 - (env.monotonicMs() - startedAtMs);
  if (dueMs > 0) await env.delay(dueMs);
}

function changed(path: string): EngineError {
  return new EngineError('storage', `${path} changed on the source while it was sent`);
}
