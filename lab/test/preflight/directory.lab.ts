import { check } from '@virt-ferry/engine';
import { expect, test } from 'vitest';
import { afterwards, env, guest, request } from '../fixture.ts';
import { guestWith, inHost, pools, wishes } from './scene.ts';

/** Many look at once into directories of which the hosts have pools, and leave those as they were. */

const images = '/srv/shared';

test('checks at once, beside a pool of the directory, leave nothing', async () => {
  for (const host of ['alpha', 'beta']) {
    await inHost(host, 'virsh', 'pool-create-as', 'site', 'dir', '--target', images);
    afterwards(() => inHost(host, 'virsh', 'pool-destroy', 'site'));
  }
  const moved = await guest({ host: 'alpha' });
  const bare = await guestWith('alpha', (xml) => xml.replace('<cmdline>', '<cmdline>quiet '));
  const wanted = [moved, bare, moved, bare].map((one) => request(one, 'alpha', 'beta', wishes));
  const reports = await Promise.all(wanted.map((one) => check(one, env)));
  for (const { findings } of reports) {
    expect(findings.filter(({ severity }) => severity === 'blocker' || severity === 'warning')).toEqual([]);
    expect(findings.map(({ id }) => id)).toContain('boot.present');
  }
  expect(await pools('alpha')).toEqual(['site']);
  expect(await pools('beta')).toEqual(['site']);
});
