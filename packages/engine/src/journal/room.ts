import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * SQLite's log grows to 1000 pages of 4 KiB before it begins again at its start
 * (https://www.sqlite.org/pragma.html#pragma_wal_autocheckpoint); a move writes some dozens of them.
 */
const ROOM_BYTES = 4 * 1024 ** 2;

/**
 * Keeps room on the disk beside the journal, in a file that is given up when the disk is full. A move that can't write
 * that the guest is about to be handed over must not hand it over, and in post-copy that leaves nobody to run it.
 */
export function reserveRoom(path: string): void {
  if (existsSync(roomOf(path))) return;
  const half = `${roomOf(path)}.${process.pid}`;
  try {
    const file = openSync(half, 'w', 0o600);
    try {
      // What could be compressed would keep no room.
      writeFileSync(file, randomBytes(ROOM_BYTES));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(half, roomOf(path));
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}

/** Gives the room up; says whether there was any. */
export function releaseRoom(path: string): boolean {
  const kept = existsSync(roomOf(path));
  rmSync(roomOf(path), { force: true });
  return kept;
}

function roomOf(path: string): string {
  return `${path}-room`;
}
