import { queryGuest } from '@virt-ferry/lab';
import { resetLink, startObserver } from '@virt-ferry/lab/faults';
import { DomainState, PausedReason, RunningReason } from '@virt-ferry/libvirt';
import { expect, onTestFinished, test } from 'vitest';
import { connectTo, guest, lab, move, request, runners, stateOn } from '../fixture.ts';

/** Writes enough that there is something left to fetch. */
const busy = { host: 'alpha', loadMemoryMiB: 128, memoryRateMBps: 100 } as const;
/** `VIR_DOMAIN_MIGRATE_MAX_SPEED_POSTCOPY` */
const POST_COPY = 1;
const SLOW = 8n;
const FAST = 1000n;

/**
 * The link breaks while the guest is spread over both hosts, and stays so for some attempts. What the guest has just
 * used has arrived by then, as its answers show: under TCG a QEMU whose vCPU waits for a page while it holds QEMU's
 * lock answers no monitor, and nothing but that page can free it.
 */
test.each(['direct', 'p2p'] as const)(
  'post-copy, %s: a broken link is mended, nothing is lost',
  async (drive) => {
    const moved = await guest(busy);
    const alpha = await connectTo('alpha');
    const { dom } = await alpha.domainLookupByUuid({ uuid: moved.uuid });
    const limit = (bandwidthMiBPerS: bigint) =>
      alpha.domainMigrateSetMaxSpeed({ dom, bandwidthMiBPerS, flags: POST_COPY });
    await limit(SLOW);
    const observer = await startObserver(lab, moved.name);

    const breakAndMend = async () => {
      const spread = { state: DomainState.running, reason: RunningReason.postCopy };
      await expect.poll(() => stateOn('beta', moved.uuid), { timeout: 10_000 }).toEqual(spread);
      for (let answers = 0; answers < 5; answers++) await queryGuest(lab, moved.name, 'status');
      const mend = await resetLink(lab, 'alpha', 'beta');
      onTestFinished(mend);
      const halves = async () => [await stateOn('alpha', moved.uuid), await stateOn('beta', moved.uuid)];
      await expect.poll(halves, { timeout: 30_000 }).toEqual([
        { state: DomainState.paused, reason: PausedReason.postCopyFailed },
        { state: DomainState.running, reason: RunningReason.postCopyFailed },
      ]);
      await tried;
      await mend();
      await limit(FAST);
    };
    const trying = Promise.withResolvers<void>();
    const tried = trying.promise;
    let broken: Promise<void> | undefined;
    const wanted = request(moved, 'alpha', 'beta', { drive, method: 'post-copy', commit: 'finish' });
    const { outcome, events } = await move(wanted, (event) => {
      // The second pass is when post-copy begins.
      if (event.type === 'progress' && event.iteration >= 2) broken ??= breakAndMend();
      if (event.type === 'step' && event.step === 'resume-post-copy') trying.resolve();
    });
    await broken;

    expect(outcome.result).toBe('migrated');
    const steps = events.flatMap((event) => (event.type === 'step' ? [event.step] : []));
    expect(steps).toContain('resume-post-copy');
    expect(steps.filter((step) => /destroy|cancel|resume-source/.test(step))).toEqual([]);
    expect(await runners(moved.uuid)).toEqual(['beta']);
    expect(await stateOn('alpha', moved.uuid)).toBeNull();
    const { memory, disk } = await queryGuest(lab, moved.name, 'verify');
    expect(memory.errors + disk.errors).toBe(0);
    expect(await observer.stop()).toMatchObject({ twoRunnersMs: 0 });
  },
);
