import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addresses, CONTROLLER, uuidFor } from '../topology/names.ts';
import type { HostTopology, Topology } from '../topology/topology.ts';
import type { CpuController } from './cpu-controller.ts';
import { hostKey, keysDirectory, knownHosts, labKey } from './keys.ts';

/** A directory whose content is laid over a host's root. */
export const configDirectory = (directory: string, host: string) => join(directory, 'hosts', host, 'config');

/** Writes what a host has of its own: libvirt, sshd, keys, names. */
export async function writeHostConfig(
  directory: string,
  topology: Topology,
  name: string,
  number: number,
  cpu: CpuController | null,
): Promise<void> {
  const host = topology.hosts[name];
  if (!host) return;
  const to = writerInto(configDirectory(directory, name));
  const keys = keysDirectory(directory);
  await to.text('etc/hosts', hostsFile(topology));
  await to.text('etc/hostname', `${name}\n`);
  await to.text('etc/libvirt/libvirtd.conf', libvirtdConf(host, number));
  await to.text('etc/libvirt/qemu.conf', qemuConf(host, cpu));
  await to.copy(join(keys, 'ca.pem'), 'etc/pki/CA/cacert.pem');
  await to.copy(join(keys, `${name}.pem`), 'etc/pki/libvirt/servercert.pem');
  await to.copy(join(keys, `${name}.key`), 'etc/pki/libvirt/private/serverkey.pem', 0o600);
  await to.text('etc/ssh/sshd_config', sshdConfig);
  await to.copy(hostKey(keys), 'etc/ssh/ssh_host_ed25519_key', 0o600);
  await to.copy(`${labKey(keys)}.pub`, 'root/.ssh/authorized_keys', 0o600);
}

/** Writes what the controller has: the keys of a user who may reach all hosts, Ferry's hosts file, and `ferry`. */
export async function writeControllerConfig(
  directory: string,
  topology: Topology,
  checkout: string,
): Promise<void> {
  const to = writerInto(configDirectory(directory, CONTROLLER));
  const keys = keysDirectory(directory);
  await to.text('etc/hosts', hostsFile(topology));
  await to.copy(labKey(keys), 'root/.ssh/id_ed25519', 0o600);
  await to.copy(knownHosts(keys), 'root/.ssh/known_hosts');
  await to.copy(join(keys, 'ca.pem'), 'etc/pki/CA/cacert.pem');
  await to.copy(join(keys, 'client.pem'), 'etc/pki/libvirt/clientcert.pem');
  await to.copy(join(keys, 'client.key'), 'etc/pki/libvirt/private/clientkey.pem', 0o600);
  await to.text('root/.config/ferry/hosts.yaml', ferryHosts(topology));
  await to.text('usr/local/bin/ferry', `#!/bin/sh\nexec '${checkout}/script/ferry' "$@"\n`, 0o755);
  // For tests of refusals.
  await to.copy(join(keys, 'ca.pem'), 'root/wrong/cacert.pem');
  await to.copy(join(keys, 'foreign-client.pem'), 'root/wrong/clientcert.pem');
  await to.copy(join(keys, 'foreign-client.key'), 'root/wrong/clientkey.pem', 0o600);
  await to.copy(join(keys, 'ssh-unknown'), 'root/wrong/id_unknown', 0o600);
}

/** Writes files below a directory that becomes, or is laid over, a root. */
export function writerInto(root: string) {
  const at = async (path: string) => {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true });
    return full;
  };
  const text = async (path: string, content: string, mode = 0o644) =>
    writeFile(await at(path), content, { mode });
  return {
    text,
    copy: async (from: string, path: string, mode = 0o644) => {
      if (mode === 0o644) await copyFile(from, await at(path));
      else await text(path, await readFile(from, 'utf8'), mode);
    },
  };
}

/** What /etc/hosts says in all of a lab. */
export function hostsFile(topology: Topology): string {
  const lines = Object.keys(topology.hosts).map(
    (name, index) => `${addresses.management(index + 1)} ${name}`,
  );
  return `127.0.0.1 localhost\n${addresses.controller.management} ${CONTROLLER}\n${lines.join('\n')}\n`;
}

function ferryHosts(topology: Topology): string {
  const lines = Object.entries(topology.hosts).map(([name, { machine }], index) => {
    // A full machine is reached as real ones are: its libvirt listens on no network, and its firewall lets ssh in.
    const scheme = machine ? 'qemu+ssh://root@' : 'qemu+tcp://';
    return `  ${name}: ${scheme}${addresses.management(index + 1)}/system\n`;
  });
  return `hosts:\n${lines.join('')}`;
}

/** Plain TCP without a password is for a network that ends inside the lab; no real host should have it. */
function libvirtdConf(host: HostTopology, number: number): string {
  const lines = [
    'listen_tls = 1',
    'listen_tcp = 1',
    'auth_tcp = "none"',
    'auth_tls = "none"',
    'auth_unix_rw = "none"',
    'unix_sock_group = "root"',
    `host_uuid = "${uuidFor('host', number)}"`,
  ];
  return settings(lines, host.libvirtd);
}

/** No security driver or private /dev: a namespace on a shared kernel has none of its own to give. */
function qemuConf(host: HostTopology, cpu: CpuController | null): string {
  const lines = [
    'security_driver = "none"',
    'user = "root"',
    'group = "root"',
    'dynamic_ownership = 0',
    'remember_owner = 0',
    'namespaces = []',
    `cgroup_controllers = ${JSON.stringify(cpu?.controllers ?? [])}`,
    'stdio_handler = "file"',
  ];
  return settings(lines, host.qemu);
}

/** Of two lines for one setting libvirt reads the first, so those of the topology take the place of ours. */
export function settings(ours: readonly string[], own: readonly string[]): string {
  const nameOf = (line: string) => line.split('=')[0]?.trim();
  const named = new Set(own.map(nameOf));
  return `${[...ours.filter((line) => !named.has(nameOf(line))), ...own].join('\n')}\n`;
}

const sshdConfig = `HostKey /etc/ssh/ssh_host_ed25519_key
PidFile /run/sshd.pid
UsePAM no
UseDNS no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
`;
