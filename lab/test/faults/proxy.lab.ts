import { captureInHost } from '@virt-ferry/lab';
import { startObserver, startProxy } from '@virt-ferry/lab/faults';
import { procedures } from '@virt-ferry/libvirt/testing';
import { expect, onTestFinished, test } from 'vitest';
import { address, guest, host, lab } from '../fixture.ts';

test('a lost answer to Finish: virsh starts the source again, and two run; the observer sees it', async () => {
  const moved = await guest({ host: 'alpha', disk: 'none' });
  const proxy = await startProxy({
    listen: { host: '127.0.0.1' },
    target: { host: address('beta'), port: 16509 },
  });
  onTestFinished(() => proxy.close());
  const finish = proxy.rule({
    at: 'reply',
    procedure: procedures.domainMigrateFinish3Params.number,
    act: 'cut',
  });
  const observer = await startObserver(lab, moved.name);
  const through = `qemu+tcp://127.0.0.1:${proxy.port}/system`;
  const move = ['migrate', '--live', '--persistent', moved.name, through, `tcp://${address('beta')}`];
  const { exitCode } = await captureInHost(lab, 'controller', ['virsh', '-c', host('alpha').uri, ...move]);
  expect(exitCode).not.toBe(0);
  await finish.hit;
  expect((await observer.now()).runners.map((one) => one.host).sort()).toEqual(['alpha', 'beta']);
  const seen = await observer.stop();
  expect(seen.problems).toEqual([]);
  expect(seen.twoRunnersMs).toBeGreaterThan(0);
});
