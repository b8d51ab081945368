import { forecastMove } from '@virt-ferry/engine';
import { queryGuest } from '@virt-ferry/lab';
import { expect, test } from 'vitest';
import { env, guest, lab, move, request, runners } from './fixture.ts';

const MIB = 1024 ** 2;

test('what a guest does to its memory is measured, and its move foretold', async () => {
  const measured = await guest({ host: 'alpha', loadMemoryMiB: 128, memoryRateMBps: 60 });
  // From then on all that is rewritten has been written to once.
  await expect
    .poll(async () => (await queryGuest(lab, measured.name, 'status')).memory.passes, { timeout: 60_000 })
    .toBeGreaterThan(0);
  const { basis } = await forecastMove(request(measured, 'alpha', 'beta'), env);
  expect(basis.memory.totalBytes).toBe(512 * MIB);
  // What is rewritten, the system itself, and no more than there is; 400 pages tell that to some 13 MiB.
  expect(basis.memory.usedBytes).toBeGreaterThan(110 * MIB);
  expect(basis.memory.usedBytes).toBeLessThan(420 * MIB);
  // All 128 MiB were rewritten within the four seconds that it was looked at.
  const last = basis.memory.samples.at(-1);
  expect((last?.changedShare ?? 0) * 512).toBeGreaterThan(80);
  expect((last?.changedShare ?? 0) * 512).toBeLessThan(190);
  // Of each page, eight bytes.
  expect(basis.memory.changedBytesAPage).toBeLessThan(100);
});

test('a move tells what was expected of it, and keeps how it went', async () => {
  const moved = await guest({ host: 'alpha', loadMemoryMiB: 64, memoryRateMBps: 10 });
  const { outcome, events } = await move(request(moved, 'alpha', 'beta'));
  expect(outcome).toMatchObject({ result: 'migrated' });
  expect(outcome.forecast?.totalMs.p50).toBeGreaterThan(0);
  expect(events.filter(({ type }) => type === 'forecast')).toHaveLength(1);
  const [kept] = await env.journal.measured({ limit: 1 });
  expect(kept).toMatchObject({ operationId: outcome.operationId, outcome: { result: 'migrated' } });
  expect(kept?.forecast?.totalMs).toEqual(outcome.forecast?.totalMs);
  expect(kept?.trace?.memoryMs).toBeGreaterThan(0);
  expect(kept?.trace?.passes.length).toBeGreaterThan(0);

  // At 1 MiB/s its memory takes more than a minute.
  const wishes = { bandwidthBytesPerS: MIB, deadlineMs: 15_000 };
  const late = await move(request(moved, 'beta', 'alpha', wishes));
  expect(late.outcome).toMatchObject({ result: 'blocked', reason: expect.stringContaining('--deadline') });
  expect(late.events.filter(({ type }) => type === 'phase')).not.toContainEqual(
    expect.objectContaining({ phase: 'begin' }),
  );
  expect(await runners(moved.uuid)).toEqual(['beta']);
});
