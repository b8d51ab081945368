import { readFile } from 'node:fs/promises';
import { messageOf } from '@virt-ferry/libvirt/errors';
import { UsageError } from './errors.ts';

/** A file that the user named. Throws a UsageError that names the file. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`);
  }
}
