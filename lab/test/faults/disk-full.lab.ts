import { captureInHost } from '@virt-ferry/lab';
import { boundDirectory } from '@virt-ferry/lab/faults';
import { expect, onTestFinished, test } from 'vitest';
import { lab } from '../fixture.ts';

const IMAGES = '/var/lib/libvirt/images';
const inside = (...command: string[]) => captureInHost(lab, 'beta', command);
const write = (bytes: number) =>
  inside('dd', 'if=/dev/zero', `of=${IMAGES}/new`, `bs=${bytes}`, 'count=1', 'oflag=direct');

test('a host’s images on a small disk, full, emptied, and as before', async () => {
  const mounts = async () => (await inside('cat', '/proc/mounts')).stdout;
  const before = await mounts();
  await inside('touch', `${IMAGES}/old`);
  onTestFinished(async () => void (await inside('rm', '-f', `${IMAGES}/old`)));
  const disk = await boundDirectory(lab, 'beta', IMAGES, 8 * 1024 ** 2);
  onTestFinished(disk.undo);
  expect((await inside('ls', IMAGES)).stdout).toBe('');
  expect(await write(4 * 1024 ** 2)).toMatchObject({ exitCode: 0 });
  expect((await write(16 * 1024 ** 2)).stderr).toContain('No space left on device');
  await inside('rm', `${IMAGES}/new`);
  await disk.fill();
  expect((await write(4096)).stderr).toContain('No space left on device');
  await disk.empty();
  expect(await write(4096)).toMatchObject({ exitCode: 0 });
  await disk.undo();
  expect((await inside('ls', IMAGES)).stdout).toBe('old\n');
  expect(await mounts()).toBe(before);
});

test('a directory that is not there', async () => {
  await expect(boundDirectory(lab, 'beta', '/nowhere', 4096)).rejects.toThrow(/mount of \/nowhere on beta/);
});
