import { setTimeout } from 'node:timers/promises';
import { type GuestReport, queryGuest } from '@virt-ferry/lab';
import { expect, test } from 'vitest';
import { guest, lab, move, request, runners } from './fixture.ts';

const MB = 1e6;
const loadMemoryMiB = 32;

/** MB/s, and what it must reach at least, on a machine that does other things too: paced, a storm, never asleep. */
const rates = [
  [20, 10],
  [400, 40],
  ['max', 40],
] as const;

/** Writes that a pass takes for each page: of hot and cold, nine for each of the 90 % that are cold. */
const writesAPage = { sweep: 1, 'hot-cold': 9 } as const;

const kinds = (['sparse', 'full'] as const).flatMap((pattern) =>
  (['sweep', 'hot-cold'] as const).map((access) => ({ pattern, access })),
);

test.each(kinds)('$pattern, $access: at each rate it writes what it says, and holds it', async (kind) => {
  const { name } = await guest({ host: 'alpha', disk: 'none', memoryMiB: 256, loadMemoryMiB, ...kind });
  expect((await queryGuest(lab, name, 'status')).sinceReset).toBeNull();
  for (const [rate, leastMBps] of rates) {
    await queryGuest(lab, name, `load ${rate} 0`);
    await queryGuest(lab, name, 'reset');
    const since = performance.now();
    await setTimeout(2000);
    const { memory, sinceReset } = await queryGuest(lab, name, 'verify');
    const tookMs = performance.now() - since;
    expect(memory).toMatchObject({ errors: 0, rateBytesPerS: rate === 'max' ? null : rate * MB });
    const passes = memory.bytesWritten / memory.bytes / writesAPage[kind.access];
    expect(Math.abs(memory.passes - passes)).toBeLessThanOrEqual(1);
    const { outsideMs, ownMs, memoryBytes } = required(sinceReset);
    expect(memoryBytes / MB / (outsideMs / 1000)).toBeGreaterThan(leastMBps);
    for (const ms of [tookMs, ownMs]) expect(Math.abs(outsideMs - ms)).toBeLessThan(1000);
  }
});

test('a load that never sleeps stops when it is told to', async () => {
  const wanted = { disk: 'none', memoryMiB: 256, loadMemoryMiB, memoryRateMBps: 'max' } as const;
  const { name } = await guest({ host: 'alpha', ...wanted });
  expect((await queryGuest(lab, name, 'status')).memory.rateBytesPerS).toBeNull();
  await queryGuest(lab, name, 'load 0 0');
  await setTimeout(100);
  const { bytesWritten } = (await queryGuest(lab, name, 'status')).memory;
  await setTimeout(500);
  expect((await queryGuest(lab, name, 'verify')).memory).toMatchObject({ bytesWritten, errors: 0 });
});

test('a load that never sleeps holds through a move', async () => {
  const busy = { loadMemoryMiB, memoryRateMBps: 'max', pattern: 'full', access: 'hot-cold' } as const;
  const moved = await guest({ host: 'alpha', memoryMiB: 256, ...busy });
  const { outcome } = await move(request(moved, 'alpha', 'beta', { method: 'post-copy', commit: 'finish' }));
  expect(outcome).toMatchObject({ result: 'migrated' });
  expect(await runners(moved.uuid)).toEqual(['beta']);
  const report = await queryGuest(lab, moved.name, 'verify');
  expect(report.memory.errors + report.disk.errors).toBe(0);
});

function required(since: GuestReport['sinceReset']): NonNullable<GuestReport['sinceReset']> {
  if (since === null) throw new Error('it was not reset');
  return since;
}
