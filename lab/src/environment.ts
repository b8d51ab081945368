import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { LabError } from './errors.ts';

/** Programs that the lab can't do without. */
const programs = [
  'ip',
  'tc',
  'unshare',
  'nsenter',
  'tini',
  'libvirtd',
  'qemu-img',
  'qemu-system-x86_64',
  'busybox',
  'openssl',
  'ssh-keygen',
];

/** Throws a LabError that names the next step if the lab can't work here. */
export async function checkEnvironment(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new LabError('environment', 'the lab makes namespaces, which needs root: run this with sudo');
  const missing = (
    await Promise.all(programs.map(async (name) => ((await isThere(name)) ? [] : [name])))
  ).flat();
  if (missing.length > 0) {
    throw new LabError(
      'environment',
      `the lab needs ${missing.join(', ')}: run script/setup --lab, which installs it`,
    );
  }
}

async function isThere(name: string): Promise<boolean> {
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
