import { queryGuest } from '@virt-ferry/lab';
import { startObserver } from '@virt-ferry/lab/faults';
import { DomainState, RunningReason } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { connectTo, guest, lab, request, runners, stateOn } from '../fixture.ts';
import { operationOf, recovered, startFerry } from './killed-ferry.ts';

const busy = { host: 'alpha', loadMemoryMiB: 128, memoryRateMBps: 100 } as const;
/** `VIR_DOMAIN_MIGRATE_MAX_SPEED_POSTCOPY` */
const POST_COPY = 1;

/**
 * Both libvirts go on without Ferry: when all has arrived the source's half is ended and the destination runs on. But
 * nobody removes the definition that was to leave the source: that is left to recovery.
 */
test('Ferry is killed in mid post-copy: the guest arrives, and recovery removes what was left', async () => {
  const moved = await guest(busy);
  const alpha = await connectTo('alpha');
  const { dom } = await alpha.domainLookupByUuid({ uuid: moved.uuid });
  await alpha.domainMigrateSetMaxSpeed({ dom, bandwidthMiBPerS: 16n, flags: POST_COPY });
  const observer = await startObserver(lab, moved.name);

  const wanted = request(moved, 'alpha', 'beta', { method: 'post-copy', commit: 'finish' });
  const ferry = startFerry(wanted);
  const spread = { state: DomainState.running, reason: RunningReason.postCopy };
  await expect.poll(() => stateOn('beta', moved.uuid), { timeout: 30_000, interval: 50 }).toEqual(spread);
  await ferry.kill();
  expect(await stateOn('beta', moved.uuid)).toEqual(spread);

  const { outcome, open, steps } = await recovered(operationOf(ferry));
  expect({ result: outcome.result, open }).toEqual({ result: 'migrated', open: false });
  // The source may still be there for a moment, with all of the guest on the destination: then it is released.
  const [first, left] = steps;
  expect(first).toBe('wait');
  expect(['undefine-source', 'release-source']).toContain(left);
  expect(await runners(moved.uuid)).toEqual(['beta']);
  expect(await stateOn('alpha', moved.uuid)).toBeNull();
  const { memory, disk } = await queryGuest(lab, moved.name, 'verify');
  expect(memory.errors + disk.errors).toBe(0);
  expect(await observer.stop()).toMatchObject({ twoRunnersMs: 0 });
});
