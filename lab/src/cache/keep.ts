import { chmod, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inTurn } from '../lock.ts';
import { cacheRoot } from '../topology/names.ts';

/** What the cache holds: guest images, root file systems of other releases, and disks of full machines. */
const kinds = ['images', 'roots', 'machines'] as const;
export type Kind = (typeof kinds)[number];

/** A directory that is being built is named KEY.PID-STARTED.tmp, for who builds it. */
const UNFINISHED = /\.(\d+)-(\d+)\.tmp$/;

/**
 * A directory that is costly to make, the same for all labs, and kept. `build` fills an empty one, which gets its name
 * when it is whole. Two who want the same thing at once make it once.
 */
export async function kept(
  kind: Kind,
  key: string,
  signal: AbortSignal | undefined,
  build: (directory: string) => Promise<void>,
): Promise<string> {
  const directory = join(cacheRoot(), kind, key);
  if (await exists(directory)) return directory;
  await mkdir(dirname(directory), { recursive: true });
  return inTurn(directory, signal, async () => {
    if (await exists(directory)) return directory;
    await sweepCache();
    const unfinished = `${directory}.${process.pid}-${await startOf(process.pid)}.tmp`;
    try {
      await mkdir(unfinished);
      // Whatever our umask: it becomes the root of a system, where others than root must get in.
      await chmod(unfinished, 0o755);
      await build(unfinished);
      await rename(unfinished, directory).catch(async (error: unknown) => {
        // Who builds in another network namespace is not seen by our lock; what they made is as good.
        if (!(await exists(directory))) throw error;
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
    return directory;
  });
}

/** Removes what was being built by processes that are no more. */
export async function sweepCache(): Promise<void> {
  for (const kind of kinds) {
    const parent = join(cacheRoot(), kind);
    for (const name of await readdir(parent).catch(() => [])) {
      const [, pid, started] = UNFINISHED.exec(name) ?? [];
      if (pid === undefined || (await startOf(Number(pid))) === started) continue;
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
}

/** When a process started, in clock ticks since boot (proc(5), field 22 of stat); with its pid, this names it for good. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field, the name in brackets, may hold anything, so count from behind it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
