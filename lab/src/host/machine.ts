import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LabError } from '../errors.ts';
import { namespaceOf } from '../topology/names.ts';
import { beginCgroup, type CommandLine } from './cgroup.ts';
import { type CpuController, hierarchyOf } from './cpu-controller.ts';
import { MARK } from './processes.ts';

const BOOT = fileURLToPath(new URL('../../host/boot', import.meta.url));
const STANDING_MS = 30_000;

/** A directory of the machine that a host sees at `target`. */
export interface Bind {
  readonly source: string;
  readonly target: string;
}

/** What a host is made of. */
export interface MachineParts {
  /** The root file system that it stands on. */
  readonly lower: string;
  /** The directory that is laid over it. */
  readonly config: string;
  readonly binds: readonly Bind[];
  /** A target among {@link binds} that libvirt is to know as a directory of a cluster file system. */
  readonly cluster?: string | undefined;
  /** What holds its CPUs back; `null` where nothing can. */
  readonly cpu?: CpuController | null | undefined;
}

/** Starts a host: its namespaces, its root, and PID 1 in them. Resolves once it stands. */
export async function startMachine(
  lab: string,
  host: string,
  { lower, config, binds, cluster, cpu }: MachineParts,
  logDirectory: string,
): Promise<void> {
  const log = await open(join(logDirectory, 'boot.log'), 'w');
  const namespaces = ['--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child'];
  const begin: CommandLine = ['ip', 'netns', 'exec', namespaceOf(lab, host), 'unshare', ...namespaces, BOOT];
  const [program, ...args] = cpu ? beginCgroup(join(cpu.mountPoint, namespaceOf(lab, host)), begin) : begin;
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'pipe'],
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      [MARK]: namespaceOf(lab, host),
      LOWER: lower,
      NAME: host,
      CONFIG: config,
      BINDS: binds.flatMap(({ source, target }) => [source, target]).join('\n'),
      CLUSTER: cluster ?? '',
      CGROUP: cpu ? hierarchyOf(cpu) : '',
    },
  });
  await log.close();
  await standing(child, host, logDirectory);
  child.unref();
}

/** Waits for the pid that the boot script prints when the host stands. */
async function standing(child: ChildProcess, host: string, logDirectory: string): Promise<void> {
  const ready = child.stdio[3] as Readable;
  const over = new AbortController();
  const [chunk] = await Promise.race([
    once(ready, 'data', over),
    once(ready, 'end', over),
    once(child, 'error', over),
    setTimeout(STANDING_MS, [], over),
  ]);
  over.abort();
  ready.destroy();
  if (!/^\d+/.test(String(chunk))) {
    const log = await readFile(join(logDirectory, 'boot.log'), 'utf8');
    const said = log.trim().split('\n').at(-1) || `it did not stand within ${STANDING_MS / 1000} s`;
    throw new LabError('program', `the host ${host} did not start: ${said}`);
  }
}
