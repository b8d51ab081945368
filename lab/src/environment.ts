import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { LabError } from './errors.ts';

/** Programs that the lab can't do without. */
const programs = [
  'bash',
  'busybox',
  'hostname',
  'ip',
  'libvirtd',
  'nft',
  'nsenter',
  'openssl',
  'pivot_root',
  'qemu-img',
  'qemu-system-x86_64',
  'setpriv',
  'ss',
  'sshd',
  'ssh-keygen',
  'tc',
  'tini',
  'unshare',
];

/** Throws a LabError that names the next step if the lab can't work here. */
export async function checkEnvironment(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new LabError('environment', 'the lab makes namespaces, which needs root: run this with sudo');
  await requirePrograms(programs);
}

/** Throws a LabError that names those that are not there. */
export async function requirePrograms(names: readonly string[]): Promise<void> {
  const missing = (
    await Promise.all(names.map(async (name) => ((await isThere(name)) ? [] : [name])))
  ).flat();
  if (missing.length === 0) return;
  throw new LabError(
    'environment',
    `the lab needs ${missing.join(', ')}: run script/setup --lab, which installs it`,
  );
}

export async function isThere(name: string): Promise<boolean> {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const directory of directories) {
    const found = await access(join(directory, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
