import { queryGuest } from '@virt-ferry/lab';
import { DomainState } from '@virt-ferry/libvirt';
import { describe, expect, test } from 'vitest';
import { connectTo, env, guest, lab, move, request, runners, stateOn } from './fixture.ts';

describe('a move', () => {
  test('there and back under load: one runner, nothing lost, everything told', async () => {
    const moved = await guest({ host: 'alpha', loadMemoryMiB: 128, memoryRateMBps: 30, diskRateMBps: 4 });
    for (const [from, to] of [
      ['alpha', 'beta'],
      ['beta', 'alpha'],
    ] as const) {
      const { outcome, events } = await move(request(moved, from, to));
      expect(outcome).toMatchObject({ result: 'migrated', reason: '', source: from, destination: to });
      expect(await runners(moved.uuid)).toEqual([to]);
      expect(await stateOn(from, moved.uuid)).toBeNull();
      const phases = events.flatMap((event) => (event.type === 'phase' ? [event.phase] : []));
      expect(phases).toEqual([
        'inventory',
        'preflight',
        'begin',
        'prepare',
        'perform',
        'finish',
        'confirm',
        'verify',
      ]);
      expect(events.some(({ type }) => type === 'progress')).toBe(true);
      expect(outcome.downtimeMs).toBeGreaterThan(0);
      // Both see the same pause, one from inside QEMU and one from outside the guest.
      expect(outcome.blackoutMs).toBeGreaterThan(0);
      expect(outcome.bytesTransferred).toBeGreaterThan(0);
      const report = await queryGuest(lab, moved.name, 'verify');
      expect(report.memory).toMatchObject({ errors: 0 });
      expect(report.disk).toMatchObject({ errors: 0 });
      expect(report.memory.unitsVerified).toBeGreaterThan(0);
      expect(report.disk.unitsVerified).toBeGreaterThan(0);
    }
  });

  test('to a host with a newer libvirt and QEMU', async () => {
    const moved = await guest({ host: 'alpha' });
    const { outcome } = await move(request(moved, 'alpha', 'gamma'));
    expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
    expect(await runners(moved.uuid)).toEqual(['gamma']);
    expect((await queryGuest(lab, moved.name, 'verify')).memory.errors).toBe(0);
  });

  test('a paused guest stays paused, on the other side', async () => {
    const moved = await guest({ host: 'alpha' });
    const alpha = await connectTo('alpha');
    const { dom } = await alpha.domainLookupByName({ name: moved.name });
    await alpha.domainSuspend({ dom });
    const { outcome } = await move(request(moved, 'alpha', 'beta', { probe: { kind: 'none' } }));
    expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
    expect(await stateOn('beta', moved.uuid)).toMatchObject({ state: DomainState.paused });
    expect(await runners(moved.uuid)).toEqual([]);
  });

  test.each([
    { wish: { sourceDefinition: 'keep' }, source: DomainState.shutoff, persistent: true },
    { wish: { destinationDefinition: 'transient' }, source: null, persistent: false },
  ] as const)('definitions: $wish', async ({ wish, source, persistent }) => {
    const moved = await guest({ host: 'alpha' });
    const { outcome } = await move(request(moved, 'alpha', 'beta', wish));
    expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
    expect((await stateOn('alpha', moved.uuid))?.state ?? null).toBe(source);
    const beta = await connectTo('beta');
    const { dom } = await beta.domainLookupByName({ name: moved.name });
    expect(await beta.domainIsPersistent({ dom })).toEqual({ persistent });
  });

  test('the journal holds an intent before each result', async () => {
    const moved = await guest({ host: 'alpha' });
    const { outcome } = await move(request(moved, 'alpha', 'beta', { maxDowntimeMs: 123 }));
    const steps = (await env.journal.entries(outcome.operationId)).filter(({ kind }) => kind !== 'note');
    const done = new Set<string>();
    for (const { kind, step } of steps) {
      if (kind === 'intent') done.add(step);
      else expect(done.has(step)).toBe(true);
    }
    expect([...done]).toEqual([
      'begin',
      'prepare',
      'limit-downtime',
      'perform',
      'finish',
      'commit',
      'confirm',
    ]);
    expect(await env.journal.operation(outcome.operationId)).toMatchObject({
      outcome: { result: 'migrated' },
    });
  });
});

describe('tuning', () => {
  test.each([
    { memoryRateMBps: 1, wanted: {} },
    // Writes all of it again before a pass ends, so that some is left for after it.
    { memoryRateMBps: 60, wanted: { method: 'post-copy', commit: 'finish' } },
  ] as const)('bandwidth reaches QEMU: $wanted', async ({ memoryRateMBps, wanted }) => {
    const moved = await guest({ host: 'alpha', loadMemoryMiB: 64, memoryRateMBps });
    const { outcome, events } = await move(
      request(moved, 'alpha', 'beta', { ...wanted, bandwidthBytesPerS: 20 * 1024 ** 2 }),
    );
    expect(outcome.result).toBe('migrated');
    const rates = events.flatMap((event) =>
      event.type === 'progress' && event.rateBytesPerS > 0 ? [event.rateBytesPerS] : [],
    );
    expect(Math.max(...rates)).toBeLessThan(30 * 1024 ** 2);
  });
});
