import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GUESTS_MAX } from '../topology/names.ts';
import { findGuest, forgetGuest, guestsDirectory, listGuests, registerGuest } from './registry.ts';
import { type GuestSpec, guestDefaults, machineFor } from './spec.ts';

const lab = 'unit';
const spec = (name: string): GuestSpec => ({ ...guestDefaults, name, host: 'alpha', machine: 'pc-q35-7.2' });

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'ferry-registry-'));
  vi.stubEnv('FERRY_LAB_STATE', state);
  mkdirSync(guestsDirectory(lab), { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true });
});

test('guests registered at once have each their own index, and one that is free again is given again', async () => {
  const made = await Promise.all(['a', 'b', 'c'].map((name) => registerGuest(lab, spec(name))));
  expect(made.map(({ index }) => index).sort()).toEqual([1, 2, 3]);
  expect(await listGuests(lab)).toHaveLength(3);
  const second = made.find(({ index }) => index === 2);
  if (!second) throw new Error('there is no second');
  await forgetGuest(lab, second);
  expect(await registerGuest(lab, spec('d'))).toMatchObject({ index: 2, address: '10.78.0.102' });
});

test('a name is given once, and who is refused takes no index', async () => {
  const results = await Promise.allSettled([1, 2].map(() => registerGuest(lab, spec('web'))));
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(readdirSync(guestsDirectory(lab)).filter((name) => name.endsWith('.taken'))).toHaveLength(1);
});

test('there are as many as there are addresses', async () => {
  for (let i = 1; i <= GUESTS_MAX; i++) await registerGuest(lab, spec(`g${i}`));
  await expect(registerGuest(lab, spec('late'))).rejects.toMatchObject({ code: 'name' });
});

test.each(['', 'Web', '1st', 'a b', '../x', 'x'.repeat(31), '-x'])('the name %j is refused', async (name) => {
  await expect(registerGuest(lab, spec(name))).rejects.toMatchObject({ code: 'name' });
});

test('a guest that would not fit into its own memory is refused', async () => {
  const tight = { ...spec('web'), memoryMiB: 256, loadMemoryMiB: 145 };
  await expect(registerGuest(lab, tight)).rejects.toThrow(/at most 144 MiB of 256/);
});

test('nothing brings back a lab that is gone', async () => {
  rmSync(guestsDirectory(lab), { recursive: true });
  await expect(registerGuest(lab, spec('web'))).rejects.toThrow(/ENOENT/);
  expect(await listGuests(lab)).toEqual([]);
  await expect(findGuest(lab, 'web')).rejects.toMatchObject({ code: 'name' });
});

test.each(['', '{"name":', '{"name":"web"}', '[]'])('the record %j is refused by its name', async (text) => {
  writeFileSync(join(guestsDirectory(lab), 'web.json'), text);
  await expect(listGuests(lab)).rejects.toMatchObject({
    code: 'record',
    message: expect.stringContaining('web.json'),
  });
});

test.each([
  { qemu: 5_002_000, machine: 'pc-q35-5.2' },
  { qemu: 6_002_000, machine: 'pc-q35-5.2' },
  { qemu: 7_002_022, machine: 'pc-q35-7.2' },
  { qemu: 10_000_013, machine: 'pc-q35-7.2' },
])('QEMU $qemu gets $machine', ({ qemu, machine }) => {
  expect(machineFor(qemu)).toBe(machine);
  expect(machineFor(qemu, true)).toBe(machine.replace('q35', 'i440fx'));
});
