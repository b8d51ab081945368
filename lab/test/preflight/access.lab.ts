import { expect, test } from 'vitest';
import { guest } from '../fixture.ts';
import { expectMoved, findingsFor, guestWith, inHost } from './scene.ts';

/** Who may open the images, and how much memory is promised. */

test('a QEMU that runs as another user on the destination', async () => {
  const moved = await guest({ host: 'alpha' });
  const path = `/srv/shared/${moved.name}.qcow2`;
  await inHost('alpha', 'chmod', '600', path);
  expect((await findingsFor(moved, 'alpha', 'delta')).of('access.other-user')).toMatchObject([
    { severity: 'warning', values: { path, there: 'delta' } },
  ]);
  // On alpha and beta QEMU runs as root.
  const { findings } = await findingsFor(moved, 'alpha', 'beta');
  expect(findings.filter(({ subject }) => subject === 'access')).toEqual([]);
  // libvirt on delta does set owners, and so gives the image to its QEMU.
  await expectMoved(moved, 'alpha', 'delta');
});

test('an image that libvirt may give to root after the move is said', async () => {
  const moved = await guest({ host: 'delta' });
  expect((await findingsFor(moved, 'delta', 'epsilon')).of('access.to-root')).toMatchObject([
    { severity: 'notice', values: { here: 'delta' } },
  ]);
  await expectMoved(moved, 'delta', 'epsilon');
});

test('guests that may together take more memory than there is', async () => {
  const moved = await guest({ host: 'alpha' });
  expect((await findingsFor(moved, 'alpha', 'beta')).of('memory.overcommitted')).toEqual([]);
  const totalKiB = Number(/MemTotal: +(\d+)/.exec(await inHost('beta', 'cat', '/proc/meminfo'))?.[1]);
  // Backed by a sparse file: it takes only what it touches.
  const memory = `<memory unit="KiB">${totalKiB - 262_144}</memory><memoryBacking><source type="file"/><access mode="shared"/></memoryBacking>`;
  await guestWith('beta', (xml) => xml.replace(/<memory .*<\/currentMemory>/s, memory));
  const { of, verdict } = await findingsFor(moved, 'alpha', 'beta');
  expect(of('memory.overcommitted')).toMatchObject([{ severity: 'warning' }]);
  expect(verdict).toBe('warnings');
  await expectMoved(moved, 'alpha', 'beta');
});
