import { basename } from 'node:path';
import type { MoveEvent, MoveRequest } from '@virt-ferry/engine';
import { type Guest, queryGuest } from '@virt-ferry/lab';
import { expect } from 'vitest';
import { connectTo, guest, lab, type Moved, move, request, runners } from '../fixture.ts';
import { directoryOn, inHost } from '../preflight/scene.ts';

/** What the tests of disks that are not shared have in common: guests whose disks build on images, and what came of them. */

export const bases = '/var/lib/ferry-bases';
export const wishes = { copyStorage: 'auto', maxDowntimeMs: 200 } as const;

/** A guest whose disk has been written to for a while, and then goes on in images on top of that. */
export async function chained(depth: number): Promise<{ moved: Guest; chain: readonly string[] }> {
  await directoryOn(bases, 'alpha', 'beta');
  const moved = await guest({ host: 'alpha', disk: 'local', diskRateMBps: 8 });
  const top = moved.diskPath ?? '';
  await queryGuest(lab, moved.name, 'verify');
  await endOn('alpha', moved);
  const chain: string[] = [];
  for (let level = 1; level < depth; level++) {
    const base = `${bases}/${basename(top)}.${level}`;
    if (level === 1) await inHost('alpha', 'mv', top, base);
    else await createOver(chain[0] ?? '', base);
    chain.unshift(base);
  }
  await createOver(chain[0] ?? '', top);
  await startOn('alpha', moved);
  return { moved, chain: [top, ...chain] };
}

export function createOver(base: string, path: string): Promise<string> {
  return inHost('alpha', ...['qemu-img', 'create', '-q', '-f', 'qcow2', '-b', base, '-F', 'qcow2', path]);
}

export async function endOn(host: string, { name }: Guest): Promise<void> {
  const connection = await connectTo(host);
  const { dom } = await connection.domainLookupByName({ name });
  await connection.domainDestroyFlags({ dom, flags: 0 });
}

/** Starts a guest, and waits until its workload answers. */
export async function startOn(host: string, { name }: Guest): Promise<void> {
  const connection = await connectTo(host);
  const { dom } = await connection.domainLookupByName({ name });
  await connection.domainCreateWithFlags({ dom, flags: 0 });
  await expect.poll(() => queryGuest(lab, name, 'verify'), { timeout: 60_000 }).toBeDefined();
}

/** The images of a chain as a host has them, the topmost first. */
export async function chainOn(host: string, path: string): Promise<string[]> {
  const said = await inHost(host, 'qemu-img', 'info', '-U', '--backing-chain', '--output=json', path);
  return (JSON.parse(said) as { filename: string }[]).map(({ filename }) => filename);
}

/** All files where disks are on beta. */
export function listing(): Promise<string> {
  return inHost('beta', 'find', bases, '/var/lib/libvirt/images', '-type', 'f');
}

/** Moves while the guest writes; then its own check of memory and disk. */
export async function movesWell(moved: Guest, wanted: Partial<MoveRequest> = {}): Promise<Moved> {
  const result = await move(request(moved, 'alpha', 'beta', { ...wishes, ...wanted }));
  expect(result.outcome).toMatchObject({ result: 'migrated', reason: '' });
  expect(await runners(moved.uuid)).toEqual(['beta']);
  const { memory, disk } = await queryGuest(lab, moved.name, 'verify');
  expect(memory.errors + disk.errors).toBe(0);
  return result;
}

/** The images that were sent before the disks that build on them. */
export function sentIn(events: readonly MoveEvent[]): string[] {
  return [...new Set(events.flatMap((event) => (event.type === 'sending' ? [event.path] : [])))];
}

/** The findings of the preflight of a move. */
export function idsIn(events: readonly MoveEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'checked' ? event.report.findings.map(({ id }) => id) : [],
  );
}
