import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabError } from './errors.ts';
import { labDirectory } from './topology/names.ts';

/** Does something while no other command works on that lab. A lock whose owner died is taken over. */
export async function withLock<T>(lab: string, act: () => Promise<T>): Promise<T> {
  const path = `${labDirectory(lab)}.lock`;
  await mkdir(dirname(path), { recursive: true });
  await acquire(path, lab);
  try {
    return await act();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, lab: string): Promise<void> {
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(`${process.pid} ${await startTime(process.pid)}`);
      await file.close();
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const [pid = '', started = ''] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
    if (started !== '' && (await startTime(Number(pid))) === started) {
      throw new LabError('locked', `another command (process ${pid}) works on the lab ${lab}; wait for it`);
    }
    // Its owner is gone, or died between making and filling it.
    await rm(path, { force: true });
  }
}

/** When a process started, in the kernel's ticks: a pid alone may have been given to another one. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may hold anything; field 22 is the 20th after it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
