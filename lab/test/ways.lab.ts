import type { MoveRequest } from '@virt-ferry/engine';
import { captureInHost, queryGuest } from '@virt-ferry/lab';
import { expect, test } from 'vitest';
import { guest, lab, move, request, runners, stateOn } from './fixture.ts';

const drives = ['direct', 'p2p'] as const;
const methods = ['pre-copy', 'post-copy'] as const;
const commits = ['strict', 'finish'] as const;
const storages = ['shared', 'local'] as const;

/** Writes enough that there is a second pass, and so a post-copy. */
const busy = { host: 'alpha', loadMemoryMiB: 128, memoryRateMBps: 100 } as const;

const ways = drives.flatMap((drive) =>
  methods.flatMap((method) =>
    storages.flatMap((disk) =>
      // libvirt takes no strict post-copy.
      commits
        .filter((commit) => commit === 'finish' || method === 'pre-copy')
        .map((commit) => ({ drive, method, disk, commit })),
    ),
  ),
);

test.each(ways)('$drive, $method, $commit, $disk disk', async ({ drive, method, disk, commit }) => {
  const moved = await guest({ ...(method === 'post-copy' ? busy : { host: 'alpha' }), disk });
  const copyStorage = disk === 'local' ? 'all' : 'none';
  const wishes: Partial<MoveRequest> = { drive, method, commit, copyStorage, maxDowntimeMs: 100 };
  const { outcome, events } = await move(request(moved, 'alpha', 'beta', wishes));
  expect(outcome).toMatchObject({ result: 'migrated', reason: '', method });
  expect(events.filter(({ type }) => type === 'step')).toEqual([]);
  expect(await runners(moved.uuid)).toEqual(['beta']);
  expect(await stateOn('alpha', moved.uuid)).toBeNull();
  const report = await queryGuest(lab, moved.name, 'verify');
  expect(report.memory.errors + report.disk.errors).toBe(0);
  expect(await pools('beta')).toEqual([]);
});

/** The pools of a host: Ferry leaves none of its own. */
async function pools(host: string): Promise<string[]> {
  const { stdout } = await captureInHost(lab, host, ['virsh', 'pool-list', '--all', '--name']);
  return stdout.split('\n').filter((name) => name.trim() !== '');
}
