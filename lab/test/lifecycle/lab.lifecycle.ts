import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import {
  addGuest,
  CONTROLLER,
  captureInHost,
  down,
  LabError,
  labDirectory,
  queryGuest,
  readStatus,
  restartService,
  up,
} from '@virt-ferry/lab';
import { afterEach, describe, expect, test } from 'vitest';

const FERRY = fileURLToPath(new URL('../../../script/ferry', import.meta.url));
const first = `life-a${process.pid}`;
const second = `life-b${process.pid}`;
const quiet = () => undefined;

afterEach(async () => {
  await expectGone(first);
  await expectGone(second);
});

const netnsOf = (lab: string) => `ferry-${lab}-`;

/** The network namespaces of a lab, by the number that its processes carry. */
async function namespaces(lab: string): Promise<Map<string, number>> {
  const names = (await readdir('/run/netns').catch(() => [])).filter((name) => name.startsWith(netnsOf(lab)));
  return new Map(
    await Promise.all(names.map(async (name) => [name, (await stat(`/run/netns/${name}`)).ino] as const)),
  );
}

/** What could be left of a lab, whose namespaces had these numbers; looked for without the lab's own code. */
async function traces(lab: string, numbers: ReadonlySet<string>) {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const networks = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/ns/net`).catch(() => '')));
  return {
    namespaces: [...(await namespaces(lab)).keys()],
    mounts: mounts.filter((line) => line.includes(netnsOf(lab)) || line.includes(labDirectory(lab))),
    processes: pids.filter((_, i) => numbers.has(networks[i] ?? '')),
    directories: [labDirectory(lab)].filter(existsSync),
  };
}

/** Takes a lab down and sees that nothing of it is left. What a killed `up` had started may need a moment to end. */
async function expectGone(lab: string): Promise<void> {
  const numbers = new Set([...(await namespaces(lab)).values()].map((ino) => `net:[${ino}]`));
  await down(lab);
  const nothing = { namespaces: [], mounts: [], processes: [], directories: [] };
  for (let attempt = 0; attempt < 50; attempt++) {
    if (isDeepStrictEqual(await traces(lab, numbers), nothing)) return;
    await setTimeout(100);
  }
  expect(await traces(lab, numbers)).toEqual(nothing);
}

test('up, then down: nothing is left, and both may be repeated', async () => {
  await up({ name: first }, quiet);
  expect(await readStatus(first)).toMatchObject({ state: 'up' });
  await expect(up({ name: first }, quiet)).rejects.toMatchObject({ code: 'name' });
  await expectGone(first);
  await expectGone(first);
  expect(await readStatus(first)).toMatchObject({ state: 'absent' });
});

describe('an `up` that is killed', () => {
  test.each(['wires 2 hosts', 'starts the hosts', 'is up'])(
    'at "%s": down leaves nothing, and up works again',
    async (moment) => {
      const killed = async () => {
        const child = spawn(FERRY, ['lab', 'up', '--name', first], { stdio: ['ignore', 'ignore', 'pipe'] });
        const ended = once(child, 'exit');
        for await (const line of createInterface({ input: child.stderr })) {
          if (line.includes(moment)) child.kill('SIGKILL');
        }
        await ended;
      };
      await killed();
      await expectGone(first);
      await killed();
      await up({ name: first }, quiet);
      expect(await readStatus(first)).toMatchObject({ state: 'up' });
    },
  );
});

test('an `up` that fails by itself leaves nothing', async () => {
  await expect(up({ name: first, topology: '/nowhere.yaml' }, quiet)).rejects.toBeInstanceOf(LabError);
  expect(await readStatus(first)).toMatchObject({ state: 'absent' });
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
  await expectGone(first);
  expect((await queryGuest(second, 'twin', 'verify')).memory.errors).toBe(0);
  await expectGone(second);
});

test('hosts are hosts: ssh between names, the disk shared, a killed service comes back, the guest stays', async () => {
  await up({ name: first }, quiet);
  const fromUser = await captureInHost(first, CONTROLLER, ['ssh', '-o', 'BatchMode=yes', 'beta', 'hostname']);
  expect(fromUser).toMatchObject({ stdout: 'beta\n', exitCode: 0 });
  await captureInHost(first, 'alpha', [
    'sh',
    '-c',
    'echo seen >/srv/shared/by-both; echo hidden >/var/lib/libvirt/images/by-one',
  ]);
  expect(await captureInHost(first, 'beta', ['cat', '/srv/shared/by-both'])).toMatchObject({
    stdout: 'seen\n',
  });
  expect((await captureInHost(first, 'beta', ['cat', '/var/lib/libvirt/images/by-one'])).exitCode).not.toBe(
    0,
  );
  await addGuest(first, { name: 'web', host: 'alpha' });
  await restartService(first, 'alpha', 'libvirtd');
  expect(await captureInHost(first, 'alpha', ['virsh', 'domstate', 'web'])).toMatchObject({
    stdout: 'running\n\n',
  });
  const report = await queryGuest(first, 'web', 'verify');
  expect(report.memory).toMatchObject({ errors: 0 });
  expect(report.disk).toMatchObject({ errors: 0 });
});

test('a witness that can tell: a byte changed behind the guest is found', async () => {
  await up({ name: first }, quiet);
  const guest = await addGuest(first, { name: 'web', host: 'alpha', diskFormat: 'raw', diskRateMBps: 20 });
  const written = async () => (await queryGuest(first, 'web', 'status')).disk.bytesWritten;
  while ((await written()) < 1_000_000) await setTimeout(50);
  expect((await queryGuest(first, 'web', 'verify')).disk.errors).toBe(0);
  const change = [
    'dd',
    'if=/dev/urandom',
    `of=${guest.diskPath}`,
    'bs=64k',
    'count=1',
    'conv=notrunc',
    'oflag=direct',
  ];
  await captureInHost(first, 'alpha', change);
  expect((await queryGuest(first, 'web', 'verify')).disk.errors).toBeGreaterThan(0);
});
