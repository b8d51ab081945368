import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fakeIo, ferry } from '../testing/fake-io.ts';
import { fakeMove } from '../testing/fake-move.ts';
import { outcome, report } from '../testing/samples.ts';

const hosts = 'hosts:\n  alpha: qemu+tcp://a/system\n  beta: qemu+tcp://b/system\n';

function ioWith(engine: Parameters<typeof fakeIo>[0]) {
  const alpha = { name: 'alpha', uri: 'qemu+tcp://a/system' };
  const io = fakeIo({ findDomain: async () => alpha, ...engine });
  writeFileSync(String(io.env.FERRY_HOSTS), hosts);
  return io;
}

test('--offline reaches the engine, and nobody is said to run the VM', async () => {
  const sending = {
    type: 'sending',
    path: '/disks/web.qcow2',
    doneBytes: 2 ** 20,
    totalBytes: 2 ** 20,
  } as const;
  const move = fakeMove([{ type: 'phase', phase: 'send' }, sending], () => outcome({ offline: true }));
  const io = ioWith(move);
  const { exitCode, stderr } = await ferry(io, 'migrate', 'web', '--to', 'beta', '--offline');
  expect(move.requests).toMatchObject([{ offline: true, copyStorage: 'auto', sourceDisks: 'keep' }]);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('send: sends the disks as they are\nsends /disks/web.qcow2: 1 MiB of 1 MiB');
  expect(stderr).toContain(' is on beta, shut off\n');
  expect(stderr).not.toContain('runs on');
});

test.each([
  '--p2p',
  '--method post-copy',
  '--commit finish',
  '--max-downtime 300ms',
  '--transient',
  '--copy-storage all',
])('--offline and %s contradict each other', async (option) => {
  const words = ['migrate', 'web', '--to', 'beta', '--offline', ...option.split(' ')];
  const { exitCode, stderr } = await ferry(ioWith({}), ...words);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`leave out ${option.replace(/ (300ms|all)$/, '')}`);
});

test('check --offline reaches the engine, and is no rehearsal', async () => {
  const asked: unknown[] = [];
  const io = ioWith({
    async check(request) {
      asked.push(request);
      return report();
    },
  });
  expect((await ferry(io, 'check', 'web', '--to', 'beta', '--offline')).exitCode).toBe(0);
  expect(asked).toMatchObject([{ offline: true }]);
  expect((await ferry(io, 'check', 'web', '--to', 'beta', '--offline', '--rehearse')).exitCode).toBe(2);
  expect(asked).toHaveLength(1);
});
