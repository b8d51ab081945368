import { requestAbort, setTuning } from '@virt-ferry/engine';
import { queryGuest } from '@virt-ferry/lab';
import { expect, test } from 'vitest';
import { connectTo, env, guest, host, lab, move, request, runners, stateOn } from './fixture.ts';

/** A guest that never converges: it dirties memory faster than the wire carries it. */
const storm = { host: 'alpha', loadMemoryMiB: 256, memoryRateMBps: 150, pattern: 'full' } as const;

/** After an abort the guest runs where it was, whole, and the destination has nothing. */
async function expectUntouched(name: string, uuid: string): Promise<void> {
  expect(await runners(uuid)).toEqual(['alpha']);
  expect(await stateOn('beta', uuid)).toBeNull();
  const report = await queryGuest(lab, name, 'verify');
  expect(report.memory.errors + report.disk.errors).toBe(0);
  const alpha = await connectTo('alpha');
  const { dom } = await alpha.domainLookupByName({ name });
  expect(await alpha.domainGetJobInfo({ dom })).toMatchObject({ type: 0 });
}

test('asked for by the caller, in mid-move', async () => {
  const moved = await guest(storm);
  const stop = new AbortController();
  const { outcome } = await move(
    request(moved, 'alpha', 'beta'),
    (event) => event.type === 'progress' && stop.abort(),
    stop.signal,
  );
  expect(outcome.result).toBe('aborted');
  await expectUntouched(moved.name, moved.uuid);
});

test('asked for through the journal, as `ferry abort` does', async () => {
  const moved = await guest(storm);
  let id = '';
  const { outcome } = await move(request(moved, 'alpha', 'beta'), (event) => {
    if (event.type === 'started') id = event.operationId;
    if (event.type === 'progress') void requestAbort(id, env);
  });
  expect(outcome).toMatchObject({ result: 'aborted' });
  expect(outcome.reason).toContain('ferry abort');
  await expectUntouched(moved.name, moved.uuid);
});

test('at the deadline', async () => {
  const moved = await guest(storm);
  const { outcome } = await move(request(moved, 'alpha', 'beta', { deadlineMs: 2000 }));
  expect(outcome).toMatchObject({ result: 'aborted' });
  expect(outcome.reason).toContain('deadline');
  await expectUntouched(moved.name, moved.uuid);
});

test('between two phases', async () => {
  const moved = await guest({ host: 'alpha' });
  const stop = new AbortController();
  const prepared = (event: { type: string; phase?: string }) =>
    event.type === 'phase' && event.phase === 'prepare' && stop.abort();
  const { outcome } = await move(request(moved, 'alpha', 'beta'), prepared, stop.signal);
  expect(outcome.result).toBe('aborted');
  await expectUntouched(moved.name, moved.uuid);
});

test('a limit to the downtime is put back after a failed move', async () => {
  const moved = await guest(storm);
  const before = await setTuning(host('alpha'), moved.name, { maxDowntimeMs: 321 }, env);
  const { outcome } = await move(request(moved, 'alpha', 'beta', { maxDowntimeMs: 50, deadlineMs: 1500 }));
  expect(outcome.result).toBe('aborted');
  expect(await setTuning(host('alpha'), moved.name, {}, env)).toEqual(before);
});

test('a move that never converges is brought to its end by tuning it while it runs', async () => {
  const moved = await guest(storm);
  let tuned = false;
  const { outcome } = await move(request(moved, 'alpha', 'beta'), (event) => {
    if (event.type !== 'progress' || event.iteration < 2 || tuned) return;
    tuned = true;
    void setTuning(host('alpha'), moved.name, { maxDowntimeMs: 20_000 }, env);
  });
  expect(tuned).toBe(true);
  expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
  expect(await runners(moved.uuid)).toEqual(['beta']);
  expect((await queryGuest(lab, moved.name, 'verify')).memory.errors).toBe(0);
});
