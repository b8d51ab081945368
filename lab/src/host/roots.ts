import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { kept } from '../cache/keep.ts';
import { requirePrograms } from '../environment.ts';
import { runMortal } from '../program.ts';

const BUILD_MS = 900_000;

/** What a host of another release needs. */
const packages = [
  'libvirt-daemon-system',
  'libvirt-clients',
  'qemu-system-x86',
  'qemu-utils',
  'e2fsprogs',
  'openssh-server',
  'iproute2',
  'tini',
  'procps',
];

/** The root file system of a Debian release: the machine's own, or one made with mmdebstrap and kept in the cache. */
export async function rootOf(
  release: string | undefined,
  report: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  if (release === undefined || release === (await ownRelease())) return '/';
  const key = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 8);
  return kept('roots', `${release}-${key}`, signal, async (directory) => {
    await requirePrograms(['mmdebstrap']);
    report(`makes a root file system of Debian ${release}: about a minute, once`);
    const what = ['--quiet', '--variant=minbase', `--include=${packages.join(',')}`, release, directory];
    // It mounts proc, sys and devices inside; in a mount namespace of its own none of them can outlive it.
    await runMortal('mmdebstrap', what, { timeoutMs: BUILD_MS, signal });
  });
}

async function ownRelease(): Promise<string> {
  return /^VERSION_CODENAME=(.*)$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? '';
}
