import { setTimeout } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import { tryRun } from '../program.ts';
import { namespaceOf } from '../topology/names.ts';
import { enterCommand, insideEnvironment, refuseFullMachine } from './enter.ts';
import { programOf, residents } from './processes.ts';

/** Both become daemons when they are ready to serve, so that starting them is waiting for them. */
const services = {
  libvirtd: ['libvirtd', '--daemon', '--listen'],
  sshd: ['/usr/sbin/sshd', '-f', '/etc/ssh/sshd_config'],
} as const;

export type Service = keyof typeof services;
export const serviceNames: readonly Service[] = ['libvirtd', 'sshd'];

/** Why a full machine's services are not ours to start. */
const SYSTEMD = 'has a systemd that starts its services';
const READY_MS = 30_000;
const GONE_MS = 10_000;
const POLL_MS = 20;

export async function startService(lab: string, host: string, service: Service): Promise<void> {
  await refuseFullMachine(lab, host, SYSTEMD);
  const [program, ...args] = await enterCommand(lab, host, services[service]);
  const options = { env: insideEnvironment(), timeoutMs: READY_MS };
  const { stderr, exitCode } = await tryRun(program, args, options);
  if (exitCode === 0) return;
  const said = stderr.trim().split('\n').at(-1) || `it was not ready within ${READY_MS / 1000} s`;
  throw new LabError('program', `${service} on ${host} did not start: ${said}`);
}

/** Kills a service as a crash would and starts it again. */
export async function restartService(lab: string, host: string, service: Service): Promise<void> {
  await killService(lab, host, service);
  await startService(lab, host, service);
}

/** Kills a service (SIGKILL) and waits until it is gone. */
export async function killService(lab: string, host: string, service: Service): Promise<void> {
  await refuseFullMachine(lab, host, SYSTEMD);
  for (const pid of await servicePids(lab, host, service)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went by itself.
    }
  }
  const until = performance.now() + GONE_MS;
  while ((await servicePids(lab, host, service)).length > 0) {
    if (performance.now() > until) throw new LabError('timeout', `${service} on ${host} did not end`);
    await setTimeout(POLL_MS);
  }
}

/** The processes of a service in a host, as the machine counts them. */
export async function servicePids(lab: string, host: string, service: Service): Promise<number[]> {
  const here = await residents(namespaceOf(lab, host));
  const pids = here.map(async ({ pid }) => ((await programOf(pid)) === service ? [pid] : []));
  return (await Promise.all(pids)).flat();
}
