import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { down, labDirectory, readStatus, up } from '@virt-ferry/lab';
import { expect, test } from 'vitest';
import { FERRY, first, observer, quiet, scratch } from '../lifecycle/two-labs.ts';

const POLL_MS = 100;
const topology = join(scratch, 'machine.yaml');

/** What a machine has said, from its kernel's first word on. */
function said(): string {
  try {
    return readFileSync(join(labDirectory(first), 'hosts/alpha/console.log'), 'latin1');
  } catch {
    return '';
  }
}

test('an `up` that is killed while a machine boots: its QEMU runs on, and down ends it', async () => {
  writeFileSync(topology, 'hosts: { alpha: { machine: { memory: 1GiB } } }\n');
  const words = ['lab', 'up', '--name', first, '--topology', topology];
  const child = spawn(process.execPath, [FERRY, ...words], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  while (said() === '' && child.exitCode === null) await setTimeout(POLL_MS);
  child.kill('SIGKILL');
  await ended;
  expect(await readStatus(first)).toMatchObject({ state: 'broken' });
  await observer.noteNetworks();
  await down(first);
  await observer.expectNothing();
});

test('a machine that cannot start: what its QEMU said is told, and nothing is left', async () => {
  writeFileSync(topology, 'hosts: { alpha: { machine: { memory: 99999GiB } }, beta: { machine: {} } }\n');
  await expect(up({ name: first, topology }, quiet)).rejects.toThrow(/alpha did not start: .*memory/);
  await observer.expectNothing();
});
