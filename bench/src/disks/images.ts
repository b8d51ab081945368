import { randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { captureInHost, hostRoot, seededRandom } from '@virt-ferry/lab';

const MIB = 1024 ** 2;

/** A disk as it is before each move: where its images lie, and what is on the destination already. */
export interface Case {
  readonly name: string;
  readonly format: 'raw' | 'qcow2';
  readonly virtualMiB: number;
  readonly dataMiB: number;
  /** What it builds on, if it does. */
  readonly base: { readonly dataMiB: number; readonly isThere: boolean } | null;
}

export const TOP = '/var/lib/libvirt/images/bench.img';
export const BASE = '/var/lib/ferry-bases/bench-base.qcow2';

/** The size of a disk, and how it is filled: by stretches of random bytes at random places, drawn from the seed. */
async function fill(path: string, virtualMiB: number, dataMiB: number, seed: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  const file = await open(path, 'w');
  try {
    await file.truncate(virtualMiB * MIB);
    for (const index of placesOf(virtualMiB, dataMiB, seed))
      await file.write(randomBytes(MIB), 0, MIB, index * MIB);
  } finally {
    await file.close();
  }
}

/** Which MiB of a disk have data: each only once, so that all of them are as much as was asked for. */
function placesOf(virtualMiB: number, dataMiB: number, seed: number): number[] {
  const random = seededRandom(seed);
  const places = Array.from({ length: virtualMiB }, (_, index) => ({ index, order: random() }));
  places.sort((a, b) => a.order - b.order);
  return places.slice(0, dataMiB).map(({ index }) => index);
}

/** Makes the images of a case anew on alpha, and on beta what is to be there; returns what the top has allocated. */
export async function prepare(lab: string, one: Case, seed: number): Promise<number> {
  const [alpha, beta] = await Promise.all(['alpha', 'beta'].map((host) => hostRoot(lab, host)));
  if (alpha === undefined || beta === undefined) throw new Error('the lab has no such hosts');
  await rm(join(beta, TOP), { force: true });
  if (one.base !== null && !one.base.isThere) await rm(join(beta, BASE), { force: true });
  const raw = '/var/lib/libvirt/images/bench.filling';
  await fill(join(alpha, raw), one.virtualMiB, one.dataMiB, seed);
  if (one.base !== null) {
    const backing = ['-b', BASE, '-F', 'qcow2'];
    await inAlpha(lab, 'qemu-img', 'create', '-q', '-f', 'qcow2', ...backing, TOP, `${one.virtualMiB}M`);
    // Written as a guest would: over what is there, at the same places.
    const writes = placesOf(one.virtualMiB, one.dataMiB, seed).flatMap((index) => [
      '-c',
      `write -q -P ${1 + (index % 254)} ${index}M 1M`,
    ]);
    await inAlpha(lab, 'qemu-io', '-f', 'qcow2', ...writes, TOP);
  } else {
    await inAlpha(lab, 'qemu-img', 'convert', '-f', 'raw', '-O', one.format, raw, TOP);
  }
  await rm(join(alpha, raw));
  const info = await inAlpha(lab, 'qemu-img', 'info', '--output=json', TOP);
  return (JSON.parse(info) as { 'actual-size': number })['actual-size'];
}

/** The base of a case, on alpha, and a copy of it on beta where it is to be there. */
export async function prepareBase(lab: string, one: Case, seed: number): Promise<number> {
  if (one.base === null) return 0;
  const [alpha, beta] = await Promise.all(['alpha', 'beta'].map((host) => hostRoot(lab, host)));
  if (alpha === undefined || beta === undefined) throw new Error('the lab has no such hosts');
  const raw = '/var/lib/ferry-bases/bench.filling';
  await fill(join(alpha, raw), one.virtualMiB, one.base.dataMiB, seed + 1);
  await inAlpha(lab, 'qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', raw, BASE);
  await rm(join(alpha, raw));
  await mkdir(join(beta, dirname(BASE)), { recursive: true });
  if (one.base.isThere) {
    await inAlpha(lab, 'cp', '--sparse=always', BASE, '/srv/shared/bench-base');
    const moved = await captureInHost(lab, 'beta', ['mv', '/srv/shared/bench-base', BASE]);
    if (moved.exitCode !== 0) throw new Error(moved.stderr);
  }
  const info = await inAlpha(lab, 'qemu-img', 'info', '--output=json', BASE);
  return (JSON.parse(info) as { 'actual-size': number })['actual-size'];
}

async function inAlpha(lab: string, ...command: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await captureInHost(lab, 'alpha', command);
  if (exitCode !== 0) throw new Error(`${command.slice(0, 4).join(' ')} failed: ${stderr}`);
  return stdout;
}
