import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type CheckRequest, check } from '@virt-ferry/engine';
import { type Guest, hostRoot, queryGuest, restartService } from '@virt-ferry/lab';
import { JobType } from '@virt-ferry/libvirt';
import { expect, onTestFinished, test } from 'vitest';
import { connectTo, env, guest, host, lab, move, request, runners, stateOn } from '../fixture.ts';
import { killedAt, recovered } from '../recovery/killed-ferry.ts';

/** The first phases for real, and back: the guest never stops, and nothing is left. */

function checkRequest(moved: Guest, wishes: Partial<CheckRequest> = {}): CheckRequest {
  const sides = { source: host('alpha'), destination: host('beta') };
  return {
    domain: moved.name,
    ...sides,
    drive: 'direct',
    method: 'pre-copy',
    copyStorage: 'none',
    ...wishes,
  };
}

/** What happened to the guest on the source since this was called: `suspended`, `resumed`, … as libvirt numbers it. */
async function lifecycleOf({ uuid }: Guest): Promise<number[]> {
  const alpha = await connectTo('alpha');
  const { dom } = await alpha.domainLookupByUuid({ uuid });
  const seen: number[] = [];
  await alpha.subscribe('lifecycle', dom, ({ event }) => seen.push(event));
  return seen;
}

async function expectUntouched({ name, uuid }: Guest, seen: readonly number[]): Promise<void> {
  expect(seen).toEqual([]);
  expect(await runners(uuid)).toEqual(['alpha']);
  expect(await stateOn('beta', uuid)).toBeNull();
  const alpha = await connectTo('alpha');
  const { dom } = await alpha.domainLookupByUuid({ uuid });
  expect(await alpha.domainGetJobInfo({ dom })).toMatchObject({ type: JobType.none });
  const { memory, disk } = await queryGuest(lab, name, 'verify');
  expect(memory.errors + disk.errors).toBe(0);
  expect(await env.journal.operations({ open: true })).toEqual([]);
}

async function rehearsalOf(asked: CheckRequest) {
  const { verdict, findings } = await check(asked, env, { rehearse: true });
  return { verdict, rehearsal: findings.find(({ subject }) => subject === 'rehearsal') };
}

test.each(['pre-copy', 'post-copy'] as const)('of a %s on a shared disk', async (method) => {
  const moved = await guest({ host: 'alpha', loadMemoryMiB: 64, memoryRateMBps: 40 });
  const seen = await lifecycleOf(moved);
  const { verdict, rehearsal } = await rehearsalOf(checkRequest(moved, { method }));
  expect(rehearsal).toMatchObject({ id: 'rehearsal.passed', severity: 'pass' });
  expect(verdict).not.toBe('blocked');
  await expectUntouched(moved, seen);
  expect((await move(request(moved, 'alpha', 'beta', { method }))).outcome.result).toBe('migrated');
});

test('of a disk that would be copied: what was made for it is gone again', async () => {
  const moved = await guest({ host: 'alpha', disk: 'local' });
  const there = `${await hostRoot(lab, 'beta')}${dirname(moved.diskPath ?? '')}`;
  const before = await readdir(there);
  const seen = await lifecycleOf(moved);
  const { rehearsal } = await rehearsalOf(checkRequest(moved, { copyStorage: 'all' }));
  expect(rehearsal).toMatchObject({ id: 'rehearsal.passed' });
  expect(await readdir(there)).toEqual(before);
  await expectUntouched(moved, seen);
});

test('what only the destination knows, a hook of its own, is a blocker with its words', async () => {
  const moved = await guest({ host: 'alpha' });
  const hook = `${await hostRoot(lab, 'beta')}/etc/libvirt/hooks/qemu`;
  const undo = async () => {
    await rm(hook);
    await restartService(lab, 'beta', 'libvirtd');
  };
  await mkdir(dirname(hook), { recursive: true });
  await writeFile(hook, '#!/bin/sh\ncase $2 in migrate) echo "not on Fridays" >&2; exit 1;; esac\n');
  await chmod(hook, 0o755);
  // libvirt looks for hooks when it starts.
  await restartService(lab, 'beta', 'libvirtd');
  onTestFinished(() => rm(hook, { force: true }));
  const seen = await lifecycleOf(moved);
  const { verdict, rehearsal } = await rehearsalOf(checkRequest(moved));
  expect(verdict).toBe('blocked');
  expect(rehearsal).toMatchObject({ id: 'rehearsal.explained', severity: 'blocker' });
  expect(rehearsal?.message).toContain('a hook script of the destination said no');
  expect(rehearsal?.evidence).toContain('not on Fridays');
  await expectUntouched(moved, seen);

  await undo();
  expect((await rehearsalOf(checkRequest(moved))).rehearsal).toMatchObject({ id: 'rehearsal.passed' });
  expect((await move(request(moved, 'alpha', 'beta'))).outcome.result).toBe('migrated');
});

test.each([
  'after intent:begin',
  'after intent:prepare',
  'before intent:perform',
  'after intent:perform',
  'after intent:cancel-destination',
] as const)('Ferry is killed %s', async (point) => {
  const moved = await guest({ host: 'alpha', disk: 'local' });
  const there = `${await hostRoot(lab, 'beta')}${dirname(moved.diskPath ?? '')}`;
  const before = await readdir(there);
  const rehearsed = { rehearsal: true, copyStorage: 'all', bandwidthBytesPerS: 2 ** 20 } as const;
  const id = await killedAt(request(moved, 'alpha', 'beta', rehearsed), point);
  const { outcome, open } = await recovered(id);
  expect({ result: outcome.result, open }).toEqual({ result: 'rolled-back', open: false });
  expect(await readdir(there)).toEqual(before);
  await expectUntouched(moved, []);
});
