import type { MoveEvent } from '@virt-ferry/engine';
import { type Guest, queryGuest } from '@virt-ferry/lab';
import { killProcess, qemuPids, resetLink, type Undo } from '@virt-ferry/lab/faults';
import { expect, test } from 'vitest';
import { afterwards, lab, move, request, runners } from '../fixture.ts';
import { killedAt, recovered } from '../recovery/killed-ferry.ts';
import { chained, listing, wishes } from './chains.ts';

/** Moves that copy disks and fail: the guest goes on, and the destination is as it was. */

test('an abort while a base is sent leaves nothing there', async () => {
  const { moved } = await chained(3);
  const before = await listing();
  const abort = new AbortController();
  afterwards(async () => abort.abort());
  const { outcome } = await move(
    request(moved, 'alpha', 'beta', { ...wishes, bandwidthBytesPerS: 2 ** 20 }),
    (event) => event.type === 'sending' && abort.abort(),
    abort.signal,
  );
  expect(outcome.result).toBe('aborted');
  expect(await runners(moved.uuid)).toEqual(['alpha']);
  expect(await listing()).toBe(before);
});

test.each(['after intent:send-image', 'after intent:create-volume', 'after intent:perform'] as const)(
  'Ferry is killed %s: recovery takes away what was made, and nothing else',
  async (point) => {
    const { moved } = await chained(3);
    const before = await listing();
    const id = await killedAt(
      request(moved, 'alpha', 'beta', { ...wishes, bandwidthBytesPerS: 2 ** 20 }),
      point,
    );
    const { outcome, open } = await recovered(id);
    expect({ result: outcome.result, open }).toEqual({ result: 'rolled-back', open: false });
    expect(await runners(moved.uuid)).toEqual(['alpha']);
    expect(await listing()).toBe(before);
    const { memory, disk } = await queryGuest(lab, moved.name, 'verify');
    expect(memory.errors + disk.errors).toBe(0);
  },
);

test.each([
  { what: 'the link breaks', strike: () => resetLink(lab, 'alpha', 'beta') },
  {
    what: 'the destination QEMU dies',
    strike: async (moved: Guest) => {
      for (const pid of await qemuPids(lab, 'beta', moved.name)) await killProcess(pid);
      return async () => undefined;
    },
  },
])('in the middle of a disk $what: the guest goes on, and nothing is left there', async ({ strike }) => {
  const { moved } = await chained(2);
  const before = await listing();
  let struck: Promise<Undo> | undefined;
  const onEvent = (event: MoveEvent) => {
    if (event.type !== 'progress' || struck) return;
    if (!event.disks?.some(({ doneBytes, totalBytes }) => doneBytes > totalBytes / 3)) return;
    struck = strike(moved);
    afterwards(async () => (await struck)?.());
  };
  const slow = {
    ...wishes,
    copyStorage: 'all',
    bandwidthBytesPerS: 2 ** 20,
    probe: { kind: 'none' },
  } as const;
  const { outcome } = await move(request(moved, 'alpha', 'beta', slow), onEvent);
  expect(struck).toBeDefined();
  expect(outcome.result).toBe('rolled-back');
  expect(await runners(moved.uuid)).toEqual(['alpha']);
  expect(await listing()).toBe(before);
  const { memory, disk } = await queryGuest(lab, moved.name, 'verify');
  expect(memory.errors + disk.errors).toBe(0);
});
