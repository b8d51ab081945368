import type { MoveRequest } from '@virt-ferry/engine';
import { captureInHost, type Guest, queryGuest, readStatus } from '@virt-ferry/lab';
import { expect, test } from 'vitest';
import { afterwards, env, guest, lab, type Moved, move, request, runners } from './fixture.ts';
import { overSsh } from './preflight/over-ssh.ts';
import { operationOf, recovered, startFerry } from './recovery/killed-ferry.ts';

/** It never gets done by itself: 150 MB/s, or whatever a busy machine leaves of that, over … */
const busy = { loadMemoryMiB: 200, memoryRateMBps: 150, disk: 'none' } as const;
/** … a third of it. */
const SLOWLY = { bandwidthBytesPerS: 50 * 1024 ** 2 } as const;

/** Where Ferry may hold guests back in slices: a QEMU that misses no writes of emulated processors, and control groups. */
const { hosts } = await readStatus(lab);
const haveCgroups = hosts.some(({ name, cpuCgroup }) => name === 'gamma' && cpuCgroup !== null);

/** A guest is looked at closely enough once it has been through all that it rewrites. */
async function atWork(wanted: Parameters<typeof guest>[0]): Promise<Guest> {
  const made = await guest(wanted);
  await expect
    .poll(async () => (await queryGuest(lab, made.name, 'status')).memory.passes, { timeout: 100_000 })
    .toBeGreaterThan(0);
  return made;
}

async function expectMoved({ outcome }: Moved, moved: Guest, to: string): Promise<void> {
  expect(outcome).toMatchObject({ result: 'migrated' });
  expect(await runners(moved.uuid)).toEqual([to]);
  expect((await queryGuest(lab, moved.name, 'verify')).memory.errors).toBe(0);
}

/** What came of a forecast's choice. */
function strategyIn({ events }: Moved) {
  const told = events.find((event) => event.type === 'forecast');
  return told?.type === 'forecast' ? told.forecast.strategy : null;
}

test('sparse writes are sent as differences', async () => {
  const moved = await atWork({ ...busy, host: 'gamma', pattern: 'sparse' });
  const how = await move(request(moved, 'gamma', 'zeta', SLOWLY));
  expect(strategyIn(how)).toMatchObject({ differences: { cacheBytes: expect.any(Number) } });
  await expectMoved(how, moved, 'zeta');
});

test('memory that shrinks well is compressed where that is allowed, which is far less to send', async () => {
  const moved = await atWork({ ...busy, memoryRateMBps: 20, host: 'gamma', pattern: 'sparse' });
  const how = await move(request(moved, 'gamma', 'zeta', { ...SLOWLY, compression: 'allowed' }));
  expect(strategyIn(how)).toMatchObject({
    compression: { connections: expect.any(Number) },
    differences: null,
  });
  await expectMoved(how, moved, 'zeta');
  const plainly = await move(request(moved, 'zeta', 'gamma', SLOWLY));
  expect(strategyIn(plainly)).toMatchObject({ compression: null });
  await expectMoved(plainly, moved, 'gamma');
  const [compressed, plain] = [how, plainly].map(({ outcome }) => outcome.bytesTransferred ?? 0);
  expect(compressed).toBeGreaterThan(0);
  expect(compressed).toBeLessThan((plain ?? 0) / 2);
});

test('where Ferry reaches no control groups, QEMU holds the guest back, from where it helps', async () => {
  const moved = await atWork({ ...busy, host: 'gamma', pattern: 'full' });
  const how = await move(request(moved, 'gamma', 'zeta', SLOWLY));
  const { holdBack, limits } = strategyIn(how) ?? {};
  expect(holdBack).toMatchObject({ kind: 'auto-converge', incrementPercent: 1 });
  expect(holdBack?.kind === 'auto-converge' && holdBack.initialPercent).toBeGreaterThan(60);
  expect(limits).toEqual({ maxMs: 300, firstMs: 30 });
  await expectMoved(how, moved, 'zeta');
});

test('where QEMU may miss what the guest writes, it is held back as QEMU would, and no further', async () => {
  const moved = await atWork({ ...busy, host: 'alpha', pattern: 'full' });
  const how = await move(request(moved, 'alpha', 'beta'));
  const { holdBack, limits } = strategyIn(how) ?? {};
  expect(holdBack).toEqual({ kind: 'auto-converge', initialPercent: 20, incrementPercent: 10 });
  expect(limits).toEqual({ maxMs: 300, firstMs: 300 });
  await expectMoved(how, moved, 'beta');
});

test('what may not be held back so far is given up, and the guest stays as it was', async () => {
  const moved = await atWork({ ...busy, host: 'alpha', pattern: 'full' });
  const { outcome, events } = await move(request(moved, 'alpha', 'beta', { ...SLOWLY, leastShare: 0.9 }));
  expect(outcome).toMatchObject({ result: 'rolled-back', reason: expect.stringContaining('--max-downtime') });
  expect(events).toContainEqual(expect.objectContaining({ type: 'control', action: 'give-up' }));
  expect(await runners(moved.uuid)).toEqual(['alpha']);
  const limit = await captureInHost(lab, 'alpha', ['virsh', 'migrate-getmaxdowntime', moved.name]);
  expect(limit.stdout.trim()).toBe('300');
});

test('post-copy begins where it is allowed and pre-copy can not win', async () => {
  const moved = await atWork({ ...busy, host: 'alpha', pattern: 'full' });
  const wishes = { method: 'post-copy', postCopy: 'when-needed', commit: 'finish' } as const;
  const how = await move(request(moved, 'alpha', 'beta', { ...SLOWLY, ...wishes }));
  expect(how.events).toContainEqual(expect.objectContaining({ type: 'control', action: 'start-post-copy' }));
  await expectMoved(how, moved, 'beta');
  // A quiet one is moved without.
  const quiet = await guest({ host: 'alpha', loadMemoryMiB: 16, memoryRateMBps: 1, disk: 'none' });
  const quietly = await move(request(quiet, 'alpha', 'beta', wishes));
  expect(quietly.events.filter(({ type }) => type === 'control')).toEqual([]);
  await expectMoved(quietly, quiet, 'beta');
});

/** A guest that Ferry holds back on gamma, and a quota of its own that must come back. */
async function heldOnGamma(): Promise<{ readonly moved: Guest; readonly wanted: MoveRequest }> {
  const moved = await atWork({ ...busy, host: 'gamma', pattern: 'full' });
  const quota = ['--set', 'vcpu_quota=90000', '--set', 'vcpu_period=100000'];
  const set = await captureInHost(lab, 'gamma', ['virsh', 'schedinfo', moved.name, '--live', ...quota]);
  expect(set).toMatchObject({ exitCode: 0 });
  const sides = { source: overSsh('gamma'), destination: overSsh('zeta') };
  return { moved, wanted: request(moved, 'gamma', 'zeta', { ...SLOWLY, ...sides }) };
}

async function speedOn(host: string, name: string): Promise<string[]> {
  const { stdout } = await captureInHost(lab, host, ['virsh', 'schedinfo', name]);
  const lines = stdout.match(/^vcpu_(?:quota|period)\s*: .*$/gm) ?? [];
  return lines.map((line) => line.replace(/\s+/g, ' '));
}

const AS_BEFORE = ['vcpu_period : 100000', 'vcpu_quota : 90000'];

test.skipIf(!haveCgroups)(
  'a guest is held back in thin slices, and is as fast as before where it arrives',
  async () => {
    const { moved, wanted } = await heldOnGamma();
    const how = await move(wanted);
    expect(strategyIn(how)?.holdBack).toEqual({ kind: 'slices' });
    expect(how.events).toContainEqual(expect.objectContaining({ type: 'control', action: 'hold-back' }));
    const held = (await env.journal.entries(how.outcome.operationId)).filter(
      ({ step }) => step === 'hold-back',
    );
    expect(held[0]?.data).toMatchObject({ before: { quotaUs: 90_000, periodUs: 100_000 } });
    expect(held[1]).toMatchObject({ kind: 'result', data: { ok: true } });
    await expectMoved(how, moved, 'zeta');
    expect(await speedOn('zeta', moved.name)).toEqual(AS_BEFORE);
  },
);

test.skipIf(!haveCgroups)('an aborted move leaves the guest as fast as it was', async () => {
  const { moved, wanted } = await heldOnGamma();
  const stop = new AbortController();
  const { outcome } = await move(
    wanted,
    (event) => event.type === 'control' && event.action === 'hold-back' && stop.abort(),
    stop.signal,
  );
  expect(outcome.result).toBe('aborted');
  expect(await runners(moved.uuid)).toEqual(['gamma']);
  expect(await speedOn('gamma', moved.name)).toEqual(AS_BEFORE);
});

/** A Ferry in a process of its own, which holds a guest back. */
async function heldByProcess() {
  const { moved, wanted } = await heldOnGamma();
  const ferry = startFerry(wanted);
  await expect
    .poll(() => speedOn('gamma', moved.name), { timeout: 60_000, interval: 50 })
    .not.toEqual(AS_BEFORE);
  return { moved, ferry };
}

test.skipIf(!haveCgroups)('Ferry is killed: its brake lets go by itself', async () => {
  const { moved, ferry } = await heldByProcess();
  await ferry.kill();
  await expect.poll(() => speedOn('gamma', moved.name), { timeout: 5000 }).toEqual(AS_BEFORE);
  const { open } = await recovered(operationOf(ferry));
  expect(open).toBe(false);
});

test.skipIf(!haveCgroups)('Ferry and its brake are killed: recovery puts the speed back', async () => {
  const { moved, ferry } = await heldByProcess();
  const slow = await speedOn('gamma', moved.name);
  await captureInHost(lab, 'gamma', ['pkill', '-KILL', '-f', 'name[?]']);
  await ferry.kill();
  expect(await speedOn('gamma', moved.name)).toEqual(slow);
  afterwards(async () => expect(await speedOn('gamma', moved.name)).toEqual(AS_BEFORE));
  const { outcome, steps } = await recovered(operationOf(ferry));
  expect(outcome.result).toBe('rolled-back');
  expect(steps).toContain('restore-speed');
  expect((await env.journal.operation(operationOf(ferry)))?.endedAtMs).not.toBeNull();
});
