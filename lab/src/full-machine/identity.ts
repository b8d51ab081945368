import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_IN_HOST } from '../guest/xml.ts';
import { configDirectory, hostsFile, settings, writerInto } from '../host/config.ts';
import { hostKey, keysDirectory, labKey } from '../host/keys.ts';
import { run } from '../program.ts';
import { addresses, macs } from '../topology/names.ts';
import type { Topology } from '../topology/topology.ts';

/** What a machine boots from: its identity, as an archive, in front of the initial file system that all share. */
export const initialFiles = (hostDirectory: string) => join(hostDirectory, 'initrd');

/** Writes what a machine has of its own, and packs it for its first start. */
export async function writeIdentity(
  directory: string,
  topology: Topology,
  name: string,
  number: number,
  { base, guestImage }: { readonly base: string; readonly guestImage: string },
): Promise<void> {
  const config = configDirectory(directory, name);
  const root = join(config, 'identity');
  const to = writerInto(root);
  const keys = keysDirectory(directory);
  await to.text('etc/hostname', `${name}\n`);
  await to.text('etc/hosts', hostsFile(topology));
  await to.text('etc/machine-id', `${randomUUID().replaceAll('-', '')}\n`, 0o444);
  await to.copy(hostKey(keys, name), 'etc/ssh/ssh_host_ed25519_key', 0o600);
  await to.copy(`${hostKey(keys, name)}.pub`, 'etc/ssh/ssh_host_ed25519_key.pub');
  await to.copy(`${labKey(keys)}.pub`, 'root/.ssh/authorized_keys', 0o600);
  for (const [file, text] of Object.entries(network(number)))
    await to.text(`etc/systemd/network/${file}`, text);
  const { libvirtd = [], qemu = [] } = topology.hosts[name] ?? {};
  if (libvirtd.length > 0) await to.text('etc/libvirt/libvirtd.conf', settings(debianLibvirtd, libvirtd));
  if (qemu.length > 0) await to.text('etc/libvirt/qemu.conf', settings([], qemu), 0o600);
  const image = join(root, IMAGE_IN_HOST);
  await mkdir(image, { recursive: true });
  for (const file of ['vmlinuz', 'initrd']) await copyFile(join(guestImage, file), join(image, file));
  // Those that the machine has already take the mode of ours, and ours had the caller's umask.
  await run('find', [root, '-type', 'd', '-exec', 'chmod', '0755', '{}', '+']);
  for (const path of ['root', 'root/.ssh']) await chmod(join(root, path), 0o700);
  const pack =
    '{ (cd "$1" && find identity -print0 | cpio --null --create --format=newc --quiet); cat "$2"; } >"$3"';
  const files = [config, join(base, 'initrd'), initialFiles(join(config, '..'))];
  await run('bash', ['-eo', 'pipefail', '-c', pack, 'bash', ...files]);
}

/** The settings of Debian's own libvirtd.conf. */
const debianLibvirtd = [
  'unix_sock_group = "libvirt"',
  'unix_sock_ro_perms = "0777"',
  'unix_sock_rw_perms = "0770"',
  'auth_unix_ro = "none"',
  'auth_unix_rw = "none"',
];

/** For systemd-networkd. The bridge's MAC address is pinned: see lab/README.md. */
function network(number: number): Record<string, string> {
  const card = (of: 'management' | 'guests') => `[Match]\nMACAddress=${macs.card(number, of)}\n`;
  const none = '[Network]\nLinkLocalAddressing=no\n';
  return {
    'management.network': `${card('management')}
[Network]
Address=${addresses.management(number)}/24

[Route]
Destination=${addresses.door(number)}
Scope=link
`,
    'guests.network': `${card('guests')}
${none}Bridge=br0
`,
    'br0.netdev': `[NetDev]
Name=br0
Kind=bridge
MACAddress=${macs.bridge(number)}
`,
    'br0.network': `[Match]
Name=br0

[Network]
Address=${addresses.guestNetwork(number)}/24
`,
  };
}
