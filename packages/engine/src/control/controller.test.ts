import { expect, test } from 'vitest';
import type { TracedPass } from '../model.ts';
import { Controller, type Controls } from './controller.ts';
import type { Policy } from './policy.ts';

const MIB = 1024 ** 2;

const policy: Policy = {
  ...{
    maxDowntimeMs: 300,
    firstDowntimeMs: 30,
    postCopy: false,
    minShare: 0.01,
    sendFactor: 1,
    resendFactor: 1,
    autoConverge: false,
  },
  usedBytes: null,
  dirtied: null,
};

/** A move over 100 MiB/s whose passes come as they are pushed. */
function moving(changed: Partial<Policy> = {}, failing = false) {
  const passes: TracedPass[] = [];
  const done: string[] = [];
  const act = async (name: string) => {
    if (failing) throw new Error('the host is away');
    done.push(name);
  };
  const controls: Controls = {
    limitDowntime: ({ limitMs }) => act(`limit ${limitMs}`),
    holdBack: ({ share }) => act(`hold ${share.toFixed(1)}`),
    startPostCopy: () => act('post-copy'),
    giveUp: () => void done.push('give up'),
  };
  const sights = { passes: () => passes, bytesPerS: () => 100 * MIB };
  const controller = new Controller({ ...policy, ...changed }, sights, controls);
  let startS = 0;
  const pass = async (mib: number, share = 1) => {
    passes.push({ number: passes.length + 1, startS, bytes: mib * MIB, share });
    startS += mib / 100;
    await controller.looked();
  };
  return { pass, done, controller };
}

test('a guest that writes too fast is held back once, and let be when that helps', async () => {
  const { pass, done, controller } = moving();
  await pass(300);
  await pass(200);
  await controller.looked();
  expect(done).toEqual(['hold 0.6']);
  await pass(80, 0.6);
  await pass(32, 0.6);
  await pass(13, 0.6);
  await pass(2, 0.6);
  expect(done).toHaveLength(1);
});

test('the limit follows what remains, up to what is accepted', async () => {
  const { pass, done } = moving();
  for (const mib of [300, 20, 19, 19]) await pass(mib);
  expect(done).toEqual([expect.stringMatching(/^limit 2\d\d$/)]);
});

test('where the guest can not be held back that is told once, and it goes on without', async () => {
  const { pass, done, controller } = moving({}, true);
  await pass(300);
  await expect(pass(200)).rejects.toThrow('the host is away');
  await controller.looked();
  for (const mib of [200, 220, 210, 230, 225, 230]) await pass(mib);
  expect(done[0]).toBe('give up');
});

test('post-copy begins once, and nothing is done after it', async () => {
  const { pass, done } = moving({ postCopy: true });
  for (const mib of [300, 200, 200, 200]) await pass(mib);
  expect(done).toEqual(['post-copy']);
});

test('where nothing helps it gives up, but not at once', async () => {
  const { pass, done } = moving({ minShare: 1 });
  for (const mib of [300, 200, 200, 205, 210]) await pass(mib);
  expect(done).toEqual([]);
  for (const mib of [200, 220, 210, 230, 225, 230]) await pass(mib);
  expect(done[0]).toBe('give up');
});
