import { mkdir, readlink, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabError } from '../errors.ts';
import { checkLabName, labDirectory } from '../topology/names.ts';

/** Network namespaces are known by name to the whole machine, so a lab's name is taken for the whole machine too. */
const OWNERS = '/run/ferry-lab';
const ATTEMPTS = 10;

const recordOf = (lab: string) => join(OWNERS, checkLabName(lab));

/** The state directory of the lab of that name, ours or not; `null` if the name is free. */
async function owner(lab: string): Promise<string | null> {
  return readlink(recordOf(lab)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Whether a lab of that name was begun here. Throws a LabError if it was begun with another state directory. */
export async function isOwned(lab: string): Promise<boolean> {
  const directory = await owner(lab);
  if (directory === null || directory === labDirectory(lab)) return directory !== null;
  const parent = dirname(directory);
  throw new LabError(
    'name',
    `the lab ${lab} was made with FERRY_LAB_STATE=${parent}: set that, or take another name`,
  );
}

/** Takes the name. The first thing that `up` makes, and the last that `down` removes. */
export async function claim(lab: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    if (await isOwned(lab)) return;
    await mkdir(OWNERS, { recursive: true });
    try {
      await symlink(labDirectory(lab), recordOf(lab));
    } catch (error) {
      // Another lab's `release` removed the directory, or another `up` took the name: look again.
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** Gives the name back. */
export async function release(lab: string): Promise<void> {
  await rm(recordOf(lab), { force: true });
  // Fails while there are other labs.
  await rmdir(OWNERS).catch(() => undefined);
}
