import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../errors.ts';
import { run } from '../program.ts';
import { cacheRoot } from '../topology/names.ts';
import { unpackModules } from './modules.ts';

const SOURCES = fileURLToPath(new URL('../../image/', import.meta.url));

/** The directory with `vmlinuz` and `initrd`, made on first use and kept in the cache. */
export async function guestImage(report: (line: string) => void): Promise<string> {
  const sources = await Promise.all(['init', 'workload.c'].map((name) => readFile(join(SOURCES, name))));
  const key = createHash('sha256')
    .update(Buffer.concat(sources))

    .digest('hex')
    .slice(0, 12);
  const directory = join(cacheRoot(), 'images', key);
  if (await stat(join(directory, 'initrd')).catch(() => null)) return directory;
  report('makes the guest image: a Debian kernel, busybox and the workload');
  const unfinished = `${directory}.${process.pid}.tmp`;
  try {
    await mkdir(unfinished, { recursive: true });
    await build(unfinished);
    await rm(join(unfinished, 'parts'), { recursive: true });
    await rename(unfinished, directory).catch(async (error: unknown) => {
      // Another lab made the same one at the same time.
      if (!(await stat(join(directory, 'initrd')).catch(() => null))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return directory;
}

async function build(directory: string): Promise<void> {
  const parts = join(directory, 'parts');
  const kernel = join(parts, 'kernel');
  const root = join(parts, 'root');
  await mkdir(kernel, { recursive: true });
  await unpackKernel(parts, kernel);
  const [image] = (await readdir(join(kernel, 'boot'))).filter((name) => name.startsWith('vmlinuz'));
  if (!image) throw new LabError('program', 'the kernel package holds no kernel');
  await copyFile(join(kernel, 'boot', image), join(directory, 'vmlinuz'));
  for (const name of ['bin', 'proc', 'sys', 'dev', 'modules'])
    await mkdir(join(root, name), { recursive: true });
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  await copyFile(join(SOURCES, 'init'), join(root, 'init'));
  await chmod(join(root, 'init'), 0o755);
  await unpackModules(kernel, join(root, 'modules'));
  const compile = ['-static', '-O2', '-Wall', '-Wextra', '-pthread'];
  await run('gcc', [...compile, '-o', join(root, 'workload'), join(SOURCES, 'workload.c')]);
  const archive = 'cd "$1" && find . -print0 | cpio --null --create --format=newc --quiet | gzip -1 >"$2"';
  await run('sh', ['-ec', archive, 'sh', root, join(directory, 'initrd')]);
}

/** Fetches the newest cloud kernel and unpacks it; nothing is installed on the machine. */
async function unpackKernel(parts: string, into: string): Promise<void> {
  const shown = await run('apt-cache', ['depends', 'linux-image-cloud-amd64']);
  const name = /Depends: (linux-image-\S+)/.exec(shown)?.[1];
  if (!name) throw new LabError('environment', 'no cloud kernel is known to apt; run apt-get update');
  await run('sh', ['-ec', 'cd "$1" && apt-get download --quiet "$2"', 'sh', parts, name]);
  const [deb] = (await readdir(parts)).filter((file) => file.endsWith('.deb'));
  if (!deb) throw new LabError('program', `apt-get downloaded no ${name}`);
  await run('dpkg-deb', ['-x', join(parts, deb), into]);
}
