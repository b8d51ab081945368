import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../program.ts';
import { cacheRoot } from '../topology/names.ts';

/** What a host of another release needs. */
const packages = [
  'libvirt-daemon-system',
  'libvirt-clients',
  'qemu-system-x86',
  'qemu-utils',
  'openssh-server',
  'iproute2',
  'tini',
  'procps',
];

/** The root file system of a Debian release: the machine's own, or one made with mmdebstrap and kept in the cache. */
export async function rootOf(release: string | undefined, report: (line: string) => void): Promise<string> {
  if (release === undefined || release === (await ownRelease())) return '/';
  const key = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 8);
  const root = join(cacheRoot(), 'roots', `${release}-${key}`);
  if (await exists(root)) return root;
  report(`makes a root file system of Debian ${release}: about a minute, once`);
  await mkdir(dirname(root), { recursive: true });
  const unfinished = `${root}.${process.pid}.tmp`;
  try {
    const include = `--include=${packages.join(',')}`;
    await run('mmdebstrap', ['--quiet', '--variant=minbase', include, release, unfinished]);
    await rename(unfinished, root);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return root;
}

async function ownRelease(): Promise<string> {
  return /^VERSION_CODENAME=(.*)$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? '';
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
