import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../errors.ts';
import { captureInHost } from '../exec.ts';
import { hostRoot } from '../host/enter.ts';
import { type Undo, undoOnce } from './undo.ts';

const FILLER = '.ferry-filler';
/** Written until none fits, the largest first. */
const CHUNK_BYTES = [1024 * 1024, 4096, 1];

/** A directory of a host that is a small file system of its own for now. */
export interface BoundedDirectory {
  /** Leaves not a byte. */
  fill(): Promise<void>;
  /** Takes away what {@link fill} wrote; the rest stays. */
  empty(): Promise<void>;
  /** Brings back the directory as it was. What was written meanwhile is gone, when who has it open lets go of it. */
  readonly undo: Undo;
}

/**
 * Lays an empty file system (tmpfs) of a size over a directory of a host, for example its images. What is in it isn't
 * seen until undone; who has it open keeps it. It is memory of the machine: keep it small. QEMU's `cache=none` works on
 * tmpfs from Linux 6.6 on.
 */
export async function boundDirectory(
  lab: string,
  host: string,
  directory: string,
  sizeBytes: number,
): Promise<BoundedDirectory> {
  const inHost = async (...command: string[]) => {
    const { stderr, exitCode } = await captureInHost(lab, host, command);
    if (exitCode === 0) return;
    throw new LabError('program', `${command[0]} of ${directory} on ${host} failed: ${stderr.trim()}`);
  };
  await inHost('mount', '-t', 'tmpfs', '-o', `size=${sizeBytes},mode=0755`, 'ferry-bounded', directory);
  const filler = async () => join(`${await hostRoot(lab, host)}${directory}`, FILLER);
  return {
    fill: async () => fillUp(await filler()),
    empty: async () => rm(await filler(), { force: true }),
    undo: undoOnce(() => inHost('umount', '--lazy', directory)),
  };
}

async function fillUp(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (const bytes of CHUNK_BYTES) {
      const chunk = Buffer.alloc(bytes, 0xff);
      while (await fits(() => file.appendFile(chunk)));
    }
  } finally {
    await file.close();
  }
}

async function fits(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}
