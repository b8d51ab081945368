import { access, chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandLine } from '../host/cgroup.ts';
import { keysDirectory, knownHosts, labKey } from '../host/keys.ts';
import { addresses, labDirectory, namespacePath } from '../topology/names.ts';

/*
 * How the lab itself gets into a full machine: by ssh, from the machine's own namespace, where its card's other end is.
 * So it comes in also while the machine's wires are cut or slow.
 */

const hostDirectory = (lab: string, host: string) => join(labDirectory(lab), 'hosts', host);
/** An ssh that knows the way; its presence says that a host is a full machine. */
const doorOf = (lab: string, host: string) => join(hostDirectory(lab, host), 'ssh');

/** Of a UNIX socket's path, less what ssh adds to it for a moment. */
const CONTROL_MAX = 88;

/**
 * Writes what {@link door} finds. Under TCG a login takes seconds, so the first one (its ssh stays in the background) is
 * every one's: it ends with the machine, or with what leads to it, which is in the machine's namespace and so seen by `down`.
 */
export async function makeDoor(lab: string, host: string, number: number): Promise<void> {
  const keys = keysDirectory(labDirectory(lab));
  const address = addresses.management(number);
  const config = join(hostDirectory(lab, host), 'ssh_config');
  const settings = {
    User: 'root',
    IdentityFile: quoted(labKey(keys)),
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: quoted(knownHosts(keys)),
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
    BatchMode: 'yes',
    ConnectTimeout: '30',
    ServerAliveInterval: '15',
    LogLevel: 'ERROR',
    ProxyCommand: `nsenter --net=${namespacePath(lab, host)} -- busybox nc ${address} 22`,
  };
  const control = join(hostDirectory(lab, host), 'login');
  const shared =
    control.length > CONTROL_MAX
      ? {}
      : { ControlMaster: 'auto', ControlPath: quoted(control), ControlPersist: 'yes' };
  const lines = Object.entries({ ...settings, ...shared }).map(([key, value]) => `  ${key} ${value}\n`);
  await writeFile(config, `Host ${host}\n${lines.join('')}`);
  await writeFile(doorOf(lab, host), `#!/bin/sh\nexec ssh -F ${shellWord(config)} "$@"\n`);
  await chmod(doorOf(lab, host), 0o755);
}

/** The ssh that gets into a full machine, by the host's name; `null` where a host is none. */
export async function door(lab: string, host: string): Promise<string | null> {
  const path = doorOf(lab, host);
  return access(path).then(
    () => path,
    () => null,
  );
}

/** The command line that runs something inside a full machine. */
export function throughDoor(
  path: string,
  host: string,
  command: readonly string[],
  isTerminal: boolean,
): CommandLine {
  return [path, isTerminal ? '-t' : '-T', '--', host, command.map(shellWord).join(' ')];
}

/** As ssh's configuration wants a path that may hold spaces. */
function quoted(path: string): string {
  return `"${path}"`;
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
