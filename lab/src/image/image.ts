import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kept } from '../cache/keep.ts';
import { requirePrograms } from '../environment.ts';
import { LabError } from '../errors.ts';
import { run } from '../program.ts';
import { unpackKernel } from './kernel.ts';
import { unpackModules } from './modules.ts';

const SOURCES = fileURLToPath(new URL('../../image/', import.meta.url));
/** What decides what an image holds: a change of any of them makes a new one. */
const inputs = async () => [
  join(SOURCES, 'init'),
  join(import.meta.dirname, 'modules.ts'),
  ...(await workload(/\.[ch]$/)),
];

/** The directory with `vmlinuz` and `initrd`, made on first use and kept in the cache. */
export async function guestImage(report: (line: string) => void, signal?: AbortSignal): Promise<string> {
  const read = await Promise.all((await inputs()).map((path) => readFile(path)));
  const key = createHash('sha256').update(Buffer.concat(read)).digest('hex').slice(0, 12);
  return kept('images', key, signal, async (directory) => {
    report('makes the guest image: a Debian kernel, busybox and the workload');
    await requirePrograms(['gcc', 'cpio', 'gzip', 'xz']);
    await build(directory, signal);
    await rm(join(directory, 'parts'), { recursive: true });
  });
}

async function build(directory: string, signal: AbortSignal | undefined): Promise<void> {
  const parts = join(directory, 'parts');
  const kernel = join(parts, 'kernel');
  const root = join(parts, 'root');
  await mkdir(kernel, { recursive: true });
  await unpackKernel(parts, kernel, signal);
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
  await run('gcc', [...compile, '-o', join(root, 'workload'), ...(await workload(/\.c$/))]);
  const archive = 'cd "$1" && find . -print0 | cpio --null --create --format=newc --quiet | gzip -1 >"$2"';
  // Bash, since only with its `pipefail` does a cpio that fails make this fail.
  await run('bash', ['-eo', 'pipefail', '-c', archive, 'bash', root, join(directory, 'initrd')]);
}

/** The workload's sources of a kind, always in the same order. */
async function workload(kind: RegExp): Promise<string[]> {
  const directory = join(SOURCES, 'workload');
  const names = (await readdir(directory)).filter((name) => kind.test(name)).sort();
  return names.map((name) => join(directory, name));
}
