import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '../errors.ts';
import { run } from '../program.ts';

/** What a guest needs of the kernel, if that doesn't have it built in. */
const wanted = ['virtio_pci', 'virtio_blk', 'virtio_net'];

/**
 * Unpacks the modules that a guest needs, with those that they need in turn, and writes into `order` how to load them.
 * Which ones are built in, and which need which, differs from one Debian release to the next, so the kernel is asked.
 */
export async function unpackModules(kernel: string, into: string): Promise<void> {
  const files = new Map(
    (await lines('find', [kernel, '-name', '*.ko*'])).map((path) => [moduleName(path), path]),
  );
  const builtIn = new Set(await builtInModules(kernel));
  const order: string[] = [];
  const unpack = async (name: string): Promise<void> => {
    if (order.includes(name) || builtIn.has(name)) return;
    const path = files.get(name);
    if (path === undefined) throw new LabError('program', `the kernel package has no module ${name}`);
    const target = join(into, `${name}.ko`);
    const command = path.endsWith('.xz') ? ['xz', '-dc', path] : ['cat', path];
    await run('sh', ['-ec', 'out=$1; shift; "$@" >"$out"', 'sh', target, ...command]);
    for (const needed of dependencies(await readFile(target, 'latin1'))) await unpack(needed);
    order.push(name);
  };
  for (const name of wanted) await unpack(name);
  await writeFile(join(into, 'order'), order.map((name) => `${name}\n`).join(''));
}

/** A module says in its .modinfo section what it depends on: `depends=net_failover,failover`. */
function dependencies(module: string): string[] {
  const depends = /\0depends=([^\0]*)\0/.exec(module)?.[1] ?? '';
  return depends
    .split(',')
    .filter((name) => name !== '')
    .map((name) => name.replaceAll('-', '_'));
}

async function builtInModules(kernel: string): Promise<string[]> {
  const [list] = await lines('find', [kernel, '-name', 'modules.builtin']);
  return list === undefined ? [] : (await readFile(list, 'utf8')).split('\n').map(moduleName);
}

function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(\..*)?$/, '')
    .replaceAll('-', '_');
}

async function lines(file: string, args: readonly string[]): Promise<string[]> {
  return (await run(file, args)).split('\n').filter((line) => line !== '');
}
