import { LabError } from '../errors.ts';
import { residents } from '../network/namespaces.ts';
import { run, tryRun } from '../program.ts';
import { namespaceOf } from '../topology/names.ts';
import { enterArguments } from './machine.ts';

/** Both become daemons when they are ready to serve, so that starting them is waiting for them. */
const services = {
  libvirtd: ['libvirtd', '--daemon', '--listen'],
  sshd: ['/usr/sbin/sshd', '-f', '/etc/ssh/sshd_config'],
} as const;

export type Service = keyof typeof services;
export const serviceNames: readonly Service[] = ['libvirtd', 'sshd'];

const GONE_MS = 10_000;
const POLL_MS = 20;

export async function startService(lab: string, host: string, service: Service): Promise<void> {
  await run('nsenter', [...(await enterArguments(lab, host)), ...services[service]]);
}

/** Kills a service as a crash would and starts it again. */
export async function restartService(lab: string, host: string, service: Service): Promise<void> {
  await killService(lab, host, service);
  await startService(lab, host, service);
}

/** Kills a service (SIGKILL) and waits until it is gone. */
export async function killService(lab: string, host: string, service: Service): Promise<void> {
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
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The processes of a service in a host, as the machine counts them. */
export async function servicePids(lab: string, host: string, service: Service): Promise<number[]> {
  const inHost = new Set((await residents(namespaceOf(lab, host))).map(({ pid }) => pid));
  const { stdout } = await tryRun('pgrep', ['-x', service]);
  return stdout
    .split('\n')
    .map(Number)
    .filter((pid) => inHost.has(pid));
}
