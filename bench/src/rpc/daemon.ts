import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@virt-ferry/lab';

const START = fileURLToPath(new URL('../../rivals/private-libvirtd', import.meta.url));
const READY_MS = 10_000;

export interface PrivateDaemon {
  /** Opens libvirt's test driver with the domains, through the daemon. */
  readonly uri: string;
  stop(): Promise<void>;
}

/** A libvirtd of the benchmark's own, whose test driver has `count` domains drawn from a seed. */
export async function startDaemon(count: number, seed: number): Promise<PrivateDaemon> {
  const directory = await mkdtemp(join(tmpdir(), 'ferry-bench-'));
  const domains = join(directory, 'domains.xml');
  const config = join(directory, 'libvirtd.conf');
  await writeFile(domains, nodeXml(count, seed));
  await writeFile(config, 'auth_unix_rw = "none"\nmax_clients = 100\n');
  const child = spawn('unshare', ['--mount', '--net', START, config], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const [pid] = await once(child.stdio[3] as Readable, 'data');
  const socket = `/proc/${String(pid).trim()}/root/run/libvirt/libvirt-sock`;
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true });
  };
  process.once('exit', () => child.kill('SIGKILL'));
  await accepting(socket).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { uri: `test+unix://${domains}?socket=${socket}`, stop };
}

async function accepting(path: string): Promise<void> {
  const until = performance.now() + READY_MS;
  for (;;) {
    const socket = createConnection(path);
    const answered = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (answered) return;
    if (performance.now() > until) throw new Error('the private libvirtd did not come up');
    await setTimeout(20);
  }
}

/** libvirt's test driver reads its host from such a file (docs/drvtest). */
function nodeXml(count: number, seed: number): string {
  const random = seededRandom(seed);
  const one = (index: number) => {
    const name = `vm-${index}-${Math.floor(random() * 1e9).toString(36)}`;
    const memoryKiB = (1 + Math.floor(random() * 64)) * 262_144;
    const disks = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, disk) => {
      const target = `vd${'abcdefgh'.charAt(disk)}`;
      return `<disk type="file" device="disk"><source file="/images/${name}-${target}.qcow2"/><target dev="${target}"/></disk>`;
    });
    return `<domain type="test"><name>${name}</name><memory>${memoryKiB}</memory><vcpu>${1 + Math.floor(random() * 16)}</vcpu><os><type>hvm</type></os><devices>${disks.join('')}</devices></domain>`;
  };
  return `<node>${Array.from({ length: count }, (_, index) => one(index)).join('\n')}</node>`;
}
