import { enterCommand, insideEnvironment } from '../host/enter.ts';
import { type Service, serviceNames } from '../host/services.ts';
import { tryRun } from '../program.ts';

const ANSWER_MS = 60_000;
/** What Debian calls them. */
const units: Record<Service, string> = { libvirtd: 'libvirtd.service', sshd: 'ssh.service' };

/** The services that run in a full machine; none where it does not answer. */
export async function servicesInside(lab: string, host: string): Promise<Service[]> {
  const ask = ['systemctl', 'is-active', ...serviceNames.map((service) => units[service])];
  const [program, ...args] = await enterCommand(lab, host, ask);
  const { stdout } = await tryRun(program, args, { env: insideEnvironment(), timeoutMs: ANSWER_MS });
  const states = stdout.split('\n');
  return serviceNames.filter((_, index) => states[index] === 'active');
}
