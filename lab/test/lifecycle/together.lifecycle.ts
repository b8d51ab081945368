import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addGuest,
  captureInHost,
  down,
  labDirectory,
  listGuests,
  queryGuest,
  readStatus,
  removeGuest,
  up,
} from '@virt-ferry/lab';
import { afterEach, expect, test, vi } from 'vitest';
import { first, observer, quiet, scratch, second } from './two-labs.ts';

afterEach(() => vi.unstubAllEnvs());

test('up, then down: nothing is left, and both may be repeated', async () => {
  await up({ name: first }, quiet);
  expect(await readStatus(first)).toMatchObject({ state: 'up' });
  await expect(up({ name: first }, quiet)).rejects.toMatchObject({ code: 'name' });
  await observer.noteNetworks();
  await down(first);
  await down(first);
  expect(await readStatus(first)).toMatchObject({ state: 'absent' });
  await observer.expectNothing();
});

test('two commands on one lab: the second is told to wait', async () => {
  const results = await Promise.allSettled([up({ name: first }, quiet), up({ name: first }, quiet)]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'locked' } });
});

test('two labs with the same addresses never meet, and one outlives the other', async () => {
  await Promise.all([up({ name: first }, quiet), up({ name: second }, quiet)]);
  const inFirst = await addGuest(first, { name: 'twin', host: 'alpha' });
  const inSecond = await addGuest(second, { name: 'twin', host: 'alpha' });
  expect(inSecond.address).toBe(inFirst.address);
  await queryGuest(first, 'twin', 'reset');
  expect((await queryGuest(first, 'twin', 'status')).lostMs).not.toBeNull();
  expect((await queryGuest(second, 'twin', 'status')).lostMs).toBeNull();
  await down(first);
  expect((await queryGuest(second, 'twin', 'verify')).memory.errors).toBe(0);
});

test('the same name with another state directory touches nothing of the lab that has it', async () => {
  await up({ name: first }, quiet);
  const { hosts } = await readStatus(first);
  vi.stubEnv('FERRY_LAB_STATE', join(scratch, 'elsewhere'));
  for (const act of [() => up({ name: first }, quiet), () => down(first), () => readStatus(first)]) {
    await expect(act()).rejects.toMatchObject({
      code: 'name',
      message: expect.stringContaining('/var/lib/ferry-lab'),
    });
  }
  vi.unstubAllEnvs();
  expect((await readStatus(first)).hosts).toEqual(hosts);
});

test('guests added at once have each their own address, and a name is given once', async () => {
  await up({ name: first }, quiet);
  const small = { host: 'alpha', disk: 'none', memoryMiB: 160, loadMemoryMiB: 1 } as const;
  const names = ['one', 'two', 'three', 'one'];
  const added = await Promise.allSettled(names.map((name) => addGuest(first, { name, ...small })));
  expect(added.filter(({ status }) => status === 'rejected')).toMatchObject([
    { reason: { code: 'name', message: 'the lab has a guest one already' } },
  ]);
  const guests = await listGuests(first);
  expect(guests.map(({ name }) => name).sort()).toEqual(['one', 'three', 'two']);
  expect(new Set(guests.map(({ address }) => address)).size).toBe(3);
  for (const { name, address } of guests) {
    const named = await captureInHost(first, 'controller', ['getent', 'hosts', name]);
    expect(named.stdout).toMatch(new RegExp(`^${address}\\s+${name}\\n$`));
  }
  await removeGuest(first, 'one', ['alpha', 'beta']);
  expect((await captureInHost(first, 'controller', ['getent', 'hosts', 'one'])).exitCode).not.toBe(0);
});

test('records that were cut short: what they are about is named, and down and up work', async () => {
  await up({ name: first }, quiet);
  writeFileSync(join(labDirectory(first), 'guests', 'torn.json'), '{"name":"to');
  await expect(readStatus(first)).rejects.toMatchObject({ code: 'record', message: /torn\.json/ });
  await down(first);
  await up({ name: first }, quiet);
  writeFileSync(join(labDirectory(first), 'topology.json'), '');
  expect(await readStatus(first)).toMatchObject({ state: 'broken' });
  await up({ name: first }, quiet);
  expect(await readStatus(first)).toMatchObject({ state: 'up' });
});
