import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { Connection, Piece, StorageVolRef } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { digestThere } from '../host-shell/digest.ts';
import type { Side } from '../preflight/check.ts';
import type { Image } from './image.ts';

/** What is read at once, and held in memory. */
const PART_BYTES = 8 * 1024 ** 2;
const ZEROS = new Uint8Array(1024 ** 2);

/**
 * The SHA-256 of an image's bytes as its file has them, in hex: made on the host where Ferry has a shell, else over
 * libvirt, and remembered for as long as the file's length and time of change stay.
 */
export async function digestOf(side: Side, path: string, image: Image, env: Env): Promise<string> {
  const { modifiedAt, fileBytes } = image;
  const key = { hostUuid: side.host.uuid, path, fileBytes, modifiedAt };
  const known = modifiedAt === '' ? null : await env.journal.digest(key);
  if (known !== null) return known;
  const digest = (await digestThere(side.host.ref, path, env)) ?? (await digestOverLibvirt(side, path));
  if (modifiedAt !== '') await env.journal.rememberDigest(key, digest);
  return digest;
}

async function digestOverLibvirt(side: Side, path: string): Promise<string> {
  const sight = await side.view(dirname(path), async (directory) => {
    const vol = await directory.volume(basename(path));
    if (vol === null) throw new Error(`${path} is gone from ${side.host.ref.name}`);
    const hash = createHash('sha256');
    for await (const { pieces } of partsOf(vol, side.connection)) addTo(hash, pieces);
    return hash.digest('hex');
  });
  if (sight.kind !== 'seen') throw new Error(sight.evidence);
  return sight.value;
}

/** A volume's bytes, part by part; the next part comes while the caller works on one. */
export async function* partsOf(
  vol: StorageVolRef,
  connection: Connection,
  from = 0,
  until = Number.POSITIVE_INFINITY,
): AsyncGenerator<{ readonly offset: number; readonly length: number; readonly pieces: Piece[] }> {
  const read = (offset: number) => {
    const length = Math.min(PART_BYTES, until - offset);
    return length <= 0 ? Promise.resolve([]) : connection.readVolume({ vol, offset: BigInt(offset), length });
  };
  let offset = from;
  let next = read(offset);
  for (;;) {
    const pieces = await next;
    const length = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);
    if (length === 0) return;
    next = read(offset + length);
    // It is awaited by the next round, if there is one.
    next.catch(() => undefined);
    yield { offset, length, pieces };
    offset += length;
  }
}

export function lengthOf(piece: Piece): number {
  return 'hole' in piece ? piece.hole : piece.length;
}

/** Holes count as the zeros that a reader of the file sees. */
export function addTo(hash: { update(bytes: Uint8Array): unknown }, pieces: readonly Piece[]): void {
  for (const piece of pieces) {
    if (!('hole' in piece)) hash.update(piece);
    else
      for (let left = piece.hole; left > 0; left -= ZEROS.length)
        hash.update(left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS);
  }
}
