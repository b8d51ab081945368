import { messageOf } from '@virt-ferry/libvirt/errors';

/** What went wrong in a SQLite file, and what to do about it: SQLite's own words name no cause. */
export function sqliteTrouble(error: unknown): string {
  const said = messageOf(error);
  // Its directory could not be made.
  if (error instanceof Error && 'syscall' in error) return `${said}; set FERRY_STATE to another directory`;
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return said;
  // The lower byte is the primary code (https://www.sqlite.org/rescode.html).
  const words = troubles[error.errcode & 0xff];
  return words === undefined ? said : `${words} (${said})`;
}

/** `SQLITE_FULL` and `SQLITE_IOERR_SHMSIZE`, what SQLite says where the disk is full (https://www.sqlite.org/rescode.html). */
const outOfRoom: readonly unknown[] = [13, 4874];

export function isOutOfRoom(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && outOfRoom.includes(error.errcode);
}

const troubles: Readonly<Record<number, string>> = {
  5: 'another process has kept it locked for too long',
  6: 'another process has kept it locked for too long',
  8: 'it is on a file system, or in a directory, that may only be read; set FERRY_STATE to another directory',
  10: 'reading or writing it failed; is the disk full, or broken?',
  11: 'it is damaged; put it aside and look at both hosts before anything is moved',
  13: 'the disk is full; make room, or set FERRY_STATE to another directory',
  14: 'it cannot be made or opened there; set FERRY_STATE to another directory',
  26: 'it is no SQLite database; put it aside and look at both hosts before anything is moved',
};
