import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { captureInHost, type Guest, queryGuest } from '@virt-ferry/lab';
import { libvirtdPids } from '@virt-ferry/lab/faults';
import { expect, test, vi } from 'vitest';
import { address, afterwards, guest, host, lab, runners } from './fixture.ts';

// A dozen guests boot, and move, each after the other.
vi.setConfig({ testTimeout: 600_000 });

const NAMES = ['alpha', 'beta', 'delta'] as const;
const CLI = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const quiet = { loadMemoryMiB: 32, memoryRateMBps: 5, disk: 'none' } as const;
/** Full pages, which keep a vCPU under TCG about a fifth busy. */
const hot = { loadMemoryMiB: 32, memoryRateMBps: 150, pattern: 'full', disk: 'none' } as const;

/** A user who knows three hosts, with a journal of their own, and whose Ferry can be killed. */
function user() {
  const directory = mkdtempSync(join(tmpdir(), 'ferry-fleet-'));
  afterwards(async () => rmSync(directory, { recursive: true }));
  const hosts = join(directory, 'hosts.yaml');
  writeFileSync(hosts, `hosts:\n${NAMES.map((name) => `  ${name}: "${host(name).uri}"\n`).join('')}`);
  const env = { ...process.env, FERRY_HOSTS: hosts, FERRY_STATE: directory };
  return async (words: string, onLine: (line: string, ferry: ChildProcess) => void = () => undefined) => {
    const ferry = spawn(process.execPath, [CLI, ...words.split(' ')], { env, stdio: 'pipe' });
    afterwards(async () => ferry.kill('SIGKILL'));
    let [stdout, stderr] = ['', ''];
    createInterface({ input: ferry.stdout }).on('line', (line) => {
      stdout += `${line}\n`;
      onLine(line, ferry);
    });
    ferry.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await once(ferry, 'close');
    return { exitCode: ferry.exitCode, signal: ferry.signalCode, stdout, stderr };
  };
}

/** Each guest runs where it belongs, there alone, and its memory is as it wrote it. */
async function expectAt(guests: readonly Guest[], places: readonly string[]): Promise<void> {
  expect(await placesOf(guests)).toEqual(places);
  for (const { name } of guests) expect((await queryGuest(lab, name, 'verify')).memory.errors).toBe(0);
}

/** Where each guest runs; all of them where that is not one. */
async function placesOf(guests: readonly Guest[]): Promise<string[]> {
  return (await Promise.all(guests.map(({ uuid }) => runners(uuid)))).map((on) => on.join('+'));
}

test('a host is emptied though Ferry is killed in the middle, and filled again', async () => {
  const ferry = user();
  const guests = [
    await guest({ host: 'alpha', ...quiet }),
    await guest({ host: 'alpha', ...quiet }),
    await guest({ host: 'alpha', ...quiet }),
  ];
  const killed = await ferry('evacuate alpha --json', (line, process) => {
    if (JSON.parse(line).type === 'move-ended') process.kill('SIGKILL');
  });
  expect(killed.signal, killed.stderr).toBe('SIGKILL');
  const [{ id, state, moved, planned }] = JSON.parse((await ferry('status --json')).stdout).filter(
    ({ kind }: { kind: string }) => kind === 'run',
  );
  expect({ state, planned }).toEqual({ state: 'left-open', planned: 3 });
  expect(moved).toBeLessThan(3);

  const recovered = await ferry('recover');
  expect(recovered.exitCode, recovered.stderr).toBe(0);
  const away = await placesOf(guests);
  for (const place of away) expect(['beta', 'delta']).toContain(place);
  await expectAt(guests, away);
  expect((await ferry(`show ${id}`)).stdout).toContain('done: 3 of 3 moved');

  const restored = await ferry('restore');
  expect(restored, restored.stderr).toMatchObject({ exitCode: 0, stdout: '3 domains have moved\n' });
  await expectAt(guests, ['alpha', 'alpha', 'alpha']);
});

test('hosts are balanced by what their guests do, and consolidated', async () => {
  const ferry = user();
  const guests = [
    await guest({ host: 'alpha', ...hot }),
    await guest({ host: 'alpha', ...hot }),
    await guest({ host: 'beta', ...quiet }),
  ];
  const balanced = await ferry('balance --threshold 3% --least-gain 3% --explain');
  expect(balanced.exitCode, balanced.stderr).toBe(0);
  const [first, second] = await placesOf(guests);
  expect(first, balanced.stderr).not.toBe(second);
  await expectAt(guests, await placesOf(guests));

  const consolidated = await ferry('consolidate');
  expect(consolidated.exitCode, consolidated.stderr).toBe(0);
  const [one] = await placesOf(guests);
  await expectAt(guests, [`${one}`, `${one}`, `${one}`]);
});

test('hosts are rolled with a command that restarts libvirtd, and each guest is back after', async () => {
  const guests = [await guest({ host: 'alpha', ...quiet }), await guest({ host: 'beta', ...quiet })];
  const before = await Promise.all(NAMES.map((name) => libvirtdPids(lab, name)));
  // As a user in the controller, whose key lets them in.
  const hosts = NAMES.map((name) => `  ${name}: "qemu+ssh://root@${address(name)}/system"\n`).join('');
  const restart =
    'kill $(pidof libvirtd); while pidof libvirtd; do sleep 0.1; done; libvirtd --daemon --listen; echo restarted $FERRY_HOST';
  const script = `cat >/tmp/roll.yaml; FERRY_HOSTS=/tmp/roll.yaml FERRY_STATE=/tmp/roll ferry roll --command '${restart}'`;
  const { exitCode, stdout, stderr } = await captureInHost(
    lab,
    'controller',
    ['sh', '-c', script],
    `hosts:\n${hosts}`,
  );
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toBe('4 domains have moved\n');
  for (const name of NAMES) expect(stderr).toContain(`${name}| restarted ${name}\n`);
  const after = await Promise.all(NAMES.map((name) => libvirtdPids(lab, name)));
  for (const [index, pids] of after.entries()) expect(pids).not.toEqual(before[index]);
  await expectAt(guests, ['alpha', 'beta']);
});
