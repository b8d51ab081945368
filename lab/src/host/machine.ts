import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { LabError } from '../errors.ts';
import { machinePid } from '../network/namespaces.ts';
import { namespaceOf } from '../topology/names.ts';

const BOOT = fileURLToPath(new URL('../../host/boot', import.meta.url));

/** A directory of the machine that a host sees at `target`. */
export interface Bind {
  readonly source: string;
  readonly target: string;
}

/** Starts a host: its namespaces, its root, and PID 1 in them. Resolves once it stands. */
export async function startMachine(
  lab: string,
  host: string,
  lower: string,
  config: string,
  binds: readonly Bind[],
  logDirectory: string,
): Promise<void> {
  const log = await open(join(logDirectory, 'boot.log'), 'w');
  const namespaces = ['--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child'];
  const child = spawn('ip', ['netns', 'exec', namespaceOf(lab, host), 'unshare', ...namespaces, BOOT], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'pipe'],
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LOWER: lower,
      NAME: host,
      CONFIG: config,
      BINDS: binds.map(({ source, target }) => `${source} ${target}`).join('\n'),
    },
  });
  await log.close();
  await standing(child, host, logDirectory);
  child.unref();
}

/** Waits for the pid that the boot script prints when the host stands. */
async function standing(child: ChildProcess, host: string, logDirectory: string): Promise<void> {
  const ready = child.stdio[3] as Readable;
  const [chunk] = await Promise.race([once(ready, 'data'), once(ready, 'end'), once(child, 'error')]);
  ready.destroy();
  if (!/^\d+/.test(String(chunk))) {
    throw new LabError('program', `the host ${host} did not start; see ${join(logDirectory, 'boot.log')}`);
  }
}

/** The pid of a host's PID 1, as the machine counts. Throws a LabError if the host isn't up. */
async function requireMachine(lab: string, host: string): Promise<number> {
  const pid = await machinePid(namespaceOf(lab, host)).catch(() => null);
  if (pid !== null) return pid;
  throw new LabError('name', `the lab ${lab} has no running host ${host}; see: ferry lab status`);
}

/** Where a host's root file system is seen from outside. */
export async function hostRoot(lab: string, host: string): Promise<string> {
  return `/proc/${await requireMachine(lab, host)}/root`;
}

/** Arguments for `nsenter` to run something inside a host. */
export async function enterArguments(lab: string, host: string): Promise<string[]> {
  const pid = await requireMachine(lab, host);
  return ['--target', String(pid), '--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wdns=/', '--'];
}
