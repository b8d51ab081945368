import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type GuestReport, labDirectory, queryGuest } from '@virt-ferry/lab';
import { lab } from './stage.ts';

const POLL_MS = 500;

/** Waits until something is so; throws, with what was seen last, where it is not so in time. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  withinMs: number,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (performance.now() > end)
      throw new Error(`not within ${withinMs / 1000} s: ${what}; last seen: ${JSON.stringify(seen)}`);
    await setTimeout(POLL_MS);
  }
}

/** How often a machine has said that it can be used: once for each start. */
export function starts(host: string): number {
  const said = readFileSync(join(labDirectory(lab), 'hosts', host, 'console.log'), 'latin1');
  return said.split('ferry: ready').length - 1;
}

/** The guest goes on writing to memory, and its disk stands still meanwhile: nothing of its disk is answered. */
export async function diskStalls(name: string, withinMs: number): Promise<GuestReport> {
  let before = await queryGuest(lab, name, 'status');
  const hasPassed = (now: GuestReport) => now.memory.bytesWritten - before.memory.bytesWritten >= STILL_BYTES;
  const look = async () => {
    const now = await queryGuest(lab, name, 'status');
    if (now.disk.bytesWritten !== before.disk.bytesWritten) before = now;
    return now;
  };
  return until(`the disk of ${name} stands still`, look, hasPassed, withinMs);
}
/** Of memory, written while the disk stood still: some seconds' work of the guest. */
const STILL_BYTES = 16 * 1024 ** 2;

/** The guest's disk takes what it writes again. */
export function diskGoesOn(name: string, since: GuestReport, withinMs: number): Promise<GuestReport> {
  const look = () => queryGuest(lab, name, 'status');
  const isSo = (now: GuestReport) => now.disk.bytesWritten > since.disk.bytesWritten;
  return until(`the disk of ${name} goes on`, look, isSo, withinMs);
}
