import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fakeIo, ferry } from '../testing/fake-io.ts';

const FLEET = `version: 1
network: { setup: 0 }
hosts:
  - { name: alpha, cpus: 16, memory: 64GiB, link: 8Gbit }
  - { name: beta, cpus: 16, memory: 64GiB, link: 8Gbit }
domains:
  - { name: web, host: alpha, vcpus: 2, memory: 10GiB, resident: 8000000000 }
  - { name: db, host: alpha, vcpus: 2, memory: 10GiB, pinned: true }
`;

function withInventory(text = FLEET) {
  const io = fakeIo();
  const file = join(io.directory, 'fleet.yaml');
  writeFileSync(file, text);
  return { io, file };
}

describe('ferry evacuate', () => {
  test('shows the moves, the makespan beside its bound, and what stays', async () => {
    const { io, file } = withInventory();
    const { exitCode, stdout } = await ferry(io, 'evacuate', 'alpha', '--inventory', file, '--dry-run');
    expect(exitCode).toBe(3);
    expect(stdout).toBe(`MOVE  DOMAIN  FROM   TO    STARTS  TAKES  SENDS
m1    web     alpha  beta  0 ms    8.0 s  7.5 GiB

evacuate: 1 move, 7.5 GiB, 8.0 s; no order of them takes less than 8.0 s
domains left on the hosts: 2 before, 1 after

STAYS  WHY
db     it is pinned to its host
`);
  });

  test('--json is the plan', async () => {
    const { io, file } = withInventory();
    const { stdout } = await ferry(io, 'evacuate', 'alpha', '--inventory', file, '--dry-run', '--json');
    const plan = JSON.parse(stdout);
    expect(plan).toMatchObject({ goal: 'evacuate', makespanS: 8, lowerBoundS: 8 });
    expect(plan.moves).toEqual([
      {
        ...{ id: 'm1', domain: 'web', from: 'alpha', to: 'beta', after: [], startS: 0, endS: 8 },
        ...{ bytes: 8_000_000_000, reason: 'leaves alpha' },
      },
    ]);
    expect(plan.unplaced).toEqual([{ domain: 'db', reason: 'it is pinned to its host' }]);
  });
});

test('ferry balance --explain says why, and after what', async () => {
  const { io, file } = withInventory();
  const { exitCode, stdout } = await ferry(io, 'balance', '--inventory', file, '--dry-run', '--explain');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/m1 .* web .* alpha .* beta .* - +evens CPU load and memory out/);
});

test('ferry consolidate', async () => {
  const { io, file } = withInventory(FLEET.replace('name: web, host: alpha', 'name: web, host: beta'));
  const { exitCode, stdout } = await ferry(io, 'consolidate', '--inventory', file, '--dry-run');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('hosts in use: 2 before, 1 after, not below 1');
});

describe('what is wrong is said in one line, exit 2', () => {
  test.each([
    [['balance'], /there is no other host to go to/],
    [['evacuate'], /no host to empty is named/],
    [['evacuate', 'alpha'], /unknown host alpha/],
    [['balance', '--inventory', 'FILE'], /moves nothing: say so with --dry-run/],
    [['balance', '--inventory', '/nowhere.yaml', '--dry-run'], /cannot read \/nowhere\.yaml/],
    [
      ['evacuate', 'gamma', '--inventory', 'FILE', '--dry-run'],
      /no host is called gamma: there are alpha, beta/,
    ],
    [['balance', '--inventory', 'FILE', '--dry-run', '--threshold', '3'], /bad --threshold 3/],
    [['balance', '--inventory', 'FILE', '--dry-run', '--seed', 'x'], /bad --seed x/],
  ])('%j', async (words, says) => {
    const { io, file } = withInventory();
    const { exitCode, stdout, stderr } = await ferry(
      io,
      ...words.map((word) => (word === 'FILE' ? file : word)),
    );
    expect(stderr).toMatch(says);
    expect({ exitCode, stdout, lines: stderr.split('\n').length }).toEqual({
      exitCode: 2,
      stdout: '',
      lines: 2,
    });
  });

  test('a mistake in the inventory is named with its place', async () => {
    const { io, file } = withInventory(FLEET.replace('host: alpha, vcpus: 2', 'host: gamma, vcpus: 2'));
    const { exitCode, stderr } = await ferry(io, 'balance', '--inventory', file, '--dry-run');
    expect(stderr).toBe(`ferry: ${file}, line 7, at domains[0].host: domain web: no host is called gamma\n`);
    expect(exitCode).toBe(2);
  });
});
