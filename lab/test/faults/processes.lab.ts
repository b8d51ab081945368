import { startService } from '@virt-ferry/lab';
import { killProcess, libvirtdPids, qemuPids, stopProcess } from '@virt-ferry/lab/faults';
import { DomainState } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { connectTo, guest, lab, stateOn } from '../fixture.ts';

const soon = { deadlineMs: 500 };

test('libvirtd stopped: it keeps its connections and answers late; killed: it loses them, and starts again', async () => {
  const connection = await connectTo('alpha');
  const [pid] = await libvirtdPids(lab, 'alpha');
  if (pid === undefined) throw new Error('libvirtd does not run on alpha');
  const goOn = await stopProcess(pid);
  await expect(connection.connectGetHostname({}, soon)).rejects.toMatchObject({ code: 'timeout' });
  await goOn();
  expect(await connection.connectGetHostname({})).toEqual({ hostname: 'alpha' });
  await killProcess(pid);
  expect(await libvirtdPids(lab, 'alpha')).toEqual([]);
  await expect(connection.connectGetHostname({})).rejects.toMatchObject({ code: 'disconnected' });
  await startService(lab, 'alpha', 'libvirtd');
  expect(await (await connectTo('alpha')).connectGetHostname({})).toEqual({ hostname: 'alpha' });
});

test('a guest’s QEMU, on the host that has it', async () => {
  const doomed = await guest({ host: 'alpha', disk: 'none' });
  const other = await guest({ host: 'alpha', disk: 'none' });
  expect(await qemuPids(lab, 'beta', doomed.name)).toEqual([]);
  const [pid, ...more] = await qemuPids(lab, 'alpha', doomed.name);
  if (pid === undefined) throw new Error('the guest has no QEMU');
  expect(more).toEqual([]);
  expect(await qemuPids(lab, 'alpha', other.name)).not.toContain(pid);
  await killProcess(pid);
  expect(await qemuPids(lab, 'alpha', doomed.name)).toEqual([]);
  await expect.poll(() => stateOn('alpha', doomed.uuid)).toMatchObject({ state: DomainState.shutoff });
  expect(await stateOn('alpha', other.uuid)).toMatchObject({ state: DomainState.running });
});

test('to go on is nothing to a process that is gone', async () => {
  const doomed = await guest({ host: 'alpha', disk: 'none' });
  const [pid] = await qemuPids(lab, 'alpha', doomed.name);
  if (pid === undefined) throw new Error('the guest has no QEMU');
  const goOn = await stopProcess(pid);
  await killProcess(pid);
  await goOn();
});
