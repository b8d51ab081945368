import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kept } from '../cache/keep.ts';
import { requirePrograms } from '../environment.ts';
import { LabError } from '../errors.ts';
import { runMortal } from '../program.ts';

const RECIPE = fileURLToPath(new URL('../../full-machine', import.meta.url));
const BUILD_MS = 1_800_000;
const DISK_MS = 600_000;
/** What is there holds about 1 GiB. A machine's disk lies over this one, and its file system grows with it. */
const DISK = '3G';
const RELEASE = 'trixie';

const packages = [
  'systemd-sysv',
  'udev',
  'dbus',
  'kmod',
  'procps',
  'linux-image-cloud-amd64',
  'initramfs-tools',
  // Its cp is in the initial file system, where klibc has none.
  'busybox',
  'libvirt-daemon-system',
  'libvirt-daemon-driver-qemu',
  'libvirt-clients',
  'qemu-system-x86',
  'qemu-utils',
  'e2fsprogs',
  'openssh-server',
  'netcat-openbsd',
  'iproute2',
  'iputils-ping',
  'nftables',
  'rpcbind',
  // As on any server: `ferry share status` tries locks with it.
  'python3-minimal',
];
/** What can be installed inside, without a network. */
const installable = ['nfs-kernel-server', 'nfs-common'];

/**
 * The directory with a machine's `vmlinuz`, `initrd` and `disk.raw`, made from Debian's packages on first use and kept
 * in the cache. All machines of a release stand on it and none writes to it.
 */
export async function machineImage(
  release: string = RELEASE,
  report: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  return kept('machines', `${release}-${await key()}`, signal, async (directory) => {
    await requirePrograms(['mmdebstrap', 'mke2fs', 'dpkg-deb']);
    report(`makes a full machine of Debian ${release}: some minutes, once`);
    const root = join(directory, 'root');
    await runMortal('mmdebstrap', mmdebstrap(release, root), { timeoutMs: BUILD_MS, signal });
    for (const name of ['vmlinuz', 'initrd'])
      await copyFile(await bootFile(root, name), join(directory, name));
    const disk = ['-q', '-t', 'ext4', '-L', 'root', '-d', root, join(directory, 'disk.raw'), DISK];
    await runMortal('mke2fs', disk, { timeoutMs: DISK_MS, signal });
    await rm(root, { recursive: true });
  });
}

function mmdebstrap(release: string, root: string): string[] {
  // The hooks are read by a shell, which gives them the root as their first argument.
  const hooks = [
    `--essential-hook=cp -r --no-preserve=ownership '${RECIPE}/before/.' "$1/"`,
    `--customize-hook='${RECIPE}/customize' "$1" ${installable.join(' ')}`,
  ];
  // What apt knows at the end is the machine's own repository, which is to stay known.
  const how = ['--quiet', '--variant=minbase', '--skip=cleanup/apt', `--include=${packages.join(',')}`];
  return [...how, ...hooks, release, root];
}

async function bootFile(root: string, name: string): Promise<string> {
  const [file] = (await readdir(join(root, 'boot'))).filter((one) => one.startsWith(name));
  if (file === undefined) throw new LabError('program', `the machine's kernel package brought no ${name}`);
  return join(root, 'boot', file);
}

/** What decides what an image holds: a change of any of it makes a new one. */
async function key(): Promise<string> {
  const hash = createHash('sha256').update([...packages, '', ...installable, DISK].join(' '));
  const entries = await readdir(RECIPE, { recursive: true, withFileTypes: true });
  const files = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  for (const file of files.sort()) hash.update(file.slice(RECIPE.length)).update(await readFile(file));
  return hash.digest('hex').slice(0, 8);
}
