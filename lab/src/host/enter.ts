import { LabError } from '../errors.ts';
import { door, throughDoor } from '../full-machine/door.ts';
import { namespaceOf } from '../topology/names.ts';
import { type CommandLine, cgroupOf, joinCgroup } from './cgroup.ts';
import { machinePid } from './processes.ts';

/** The pid of a host's PID 1, as the machine counts. Throws a LabError if the host isn't up. */
async function requireMachine(lab: string, host: string): Promise<number> {
  const pid = await machinePid(namespaceOf(lab, host));
  if (pid !== null) return pid;
  throw new LabError('name', `the lab ${lab} has no running host ${host}; see: ferry lab status`);
}

/** Where a host's root file system is seen from outside. Throws a LabError for a full machine's, which isn't. */
export async function hostRoot(lab: string, host: string): Promise<string> {
  await refuseFullMachine(lab, host, 'has its files inside');
  return `/proc/${await requireMachine(lab, host)}/root`;
}

/** Throws a LabError if a host is a full machine, of which something can't be had. */
export async function refuseFullMachine(lab: string, host: string, why: string): Promise<void> {
  if ((await door(lab, host)) === null) return;
  throw new LabError('name', `${host} is a full machine and ${why}; use: ferry lab exec ${host} …`);
}

/**
 * The command line that runs something inside a host. `isTerminal`: it is to have one there too; those that share this
 * kernel share ours anyway. Throws a LabError if the host isn't up.
 */
export async function enterCommand(
  lab: string,
  host: string,
  command: readonly string[],
  isTerminal: boolean = false,
): Promise<CommandLine> {
  const pid = await requireMachine(lab, host);
  const way = await door(lab, host);
  if (way !== null) return throughDoor(way, host, command, isTerminal);
  const target = ['--target', String(pid)];
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wdns=/'];
  const enter: CommandLine = ['nsenter', ...target, ...namespaces, '--', ...command];
  const cgroup = await cgroupOf(lab, host);
  return cgroup === null ? enter : joinCgroup(cgroup.directory, enter);
}

/** The caller's terminal, the host's root. Nothing else of the caller's environment gets in. */
export function insideEnvironment(): NodeJS.ProcessEnv {
  const { TERM = 'dumb', LANG = 'C.UTF-8', NO_COLOR } = process.env;
  const colour = NO_COLOR === undefined ? {} : { NO_COLOR };
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    TERM,
    LANG,
    ...colour,
  };
}
