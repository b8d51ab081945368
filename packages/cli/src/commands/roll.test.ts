import type { CommandEnd, Health } from '@virt-ferry/engine';
import { expect, test, vi } from 'vitest';
import type { Engine } from '../engine.ts';
import { again, fleet, on } from '../testing/fake-fleet.ts';
import { type FakeIo, ferry } from '../testing/fake-io.ts';
import { mortal, runs, survivor } from '../testing/mortal.ts';

// Each plan is made in a thread of its own, which takes long to start on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

const well = { bootId: 'b', trouble: null };
const ended = (exitCode: number): CommandEnd => ({ kind: 'ended', exitCode });
const everything = () =>
  new Map([
    ['db', 'alpha'],
    ['web', 'beta'],
    ['mail', 'gamma'],
  ]);

interface Hosts {
  readonly places: Map<string, string>;
  readonly engine?: Partial<Engine>;
  /** How the command ends on a host; well where nothing is said. */
  readonly ends?: Readonly<Record<string, () => CommandEnd>>;
  readonly health?: (host: string) => Health;
}

/** Hosts on which a command can be run, and a note of when it was. */
function rolling({ places, engine = mortal(1000), ends = {}, health = () => well }: Hosts, io?: FakeIo) {
  const ran: string[] = [];
  const world = {
    places,
    engine: {
      ...engine,
      canRunCommand: () => true,
      readHealth: async ({ name }) => health(name),
      async runCommand({ name }, words, { onLine }) {
        expect(on(places, name), 'nothing runs on a host that is worked on').toEqual([]);
        onLine(`${words} on ${name}`);
        ran.push(name);
        return ends[name]?.() ?? ended(0);
      },
    } satisfies Partial<Engine>,
  };
  return { ran, io: io ? again(io, world) : fleet(world) };
}

const words = ['roll', '--command', 'upgrade', '--wait', '1s'];

test('each host is emptied, worked on and filled again, one after the other', async () => {
  const places = everything();
  const { ran, io } = rolling({ places });
  const { exitCode, stdout, stderr } = await ferry(io, ...words);
  expect(exitCode, stderr).toBe(0);
  expect(ran).toEqual(['alpha', 'beta', 'gamma']);
  expect(places).toEqual(everything());
  expect(stdout).toBe('6 domains have moved\n');
  expect(stderr).toContain('beta| upgrade on beta\n');
  expect(stderr).toMatch(/alpha: healthy done\n[\s\S]*alpha: refilled done\n[\s\S]*beta: empty begins\n/);
  expect(await runs(io)).toMatchObject([{ goal: 'roll', outcome: { result: 'done' } }]);
});

test('hosts are rolled several at once, those that are named, in that order', async () => {
  const places = everything();
  const { ran, io } = rolling({ places });
  const { exitCode, stderr } = await ferry(io, ...words, '--hosts', 'gamma,alpha', '--batch', '2');
  expect(exitCode, stderr).toBe(0);
  expect(ran).toEqual(['gamma', 'alpha']);
  expect(places).toEqual(everything());
});

test('it stops at a host whose command fails, and goes on there', async () => {
  const places = everything();
  const first = rolling({ places, ends: { beta: () => ended(7) } });
  const { exitCode, stdout, stderr } = await ferry(first.io, ...words);
  expect(exitCode).toBe(4);
  expect(stdout).toContain('failed: beta: the command ended with 7\n');
  expect(stderr).toMatch(/stays open; go on with: ferry recover \w{8}/);
  expect(first.ran).toEqual(['alpha', 'beta']);
  expect(on(places, 'beta')).toEqual([]);

  const second = rolling({ places, engine: survivor(places) }, first.io);
  expect((await ferry(second.io, 'recover')).exitCode).toBe(0);
  expect(second.ran).toEqual(['beta', 'gamma']);
  expect(places).toEqual(everything());
});

test('it stops at a host that does not come back, which gets nothing and keeps the next from its turn', async () => {
  const places = everything();
  let tries = 0;
  const health = (host: string) =>
    host === 'alpha' && tries++ > 0 ? { bootId: null, trouble: 'libvirt does not answer' } : well;
  const first = rolling({ places, health });
  const { exitCode, stdout } = await ferry(first.io, ...words);
  expect(exitCode).toBe(4);
  expect(stdout).toContain('failed: alpha: libvirt does not answer\n');
  expect(on(places, 'alpha')).toEqual([]);
  expect(first.ran).toEqual(['alpha']);

  const [run] = await runs(first.io);
  const id = run?.id ?? '';
  const later = () => rolling({ places, engine: survivor(places) }, first.io).io;
  await ferry(later(), 'abort', id);
  expect((await ferry(later(), 'recover', id)).exitCode).toBe(6);
  expect((await ferry(later(), 'restore', id)).exitCode).toBe(0);
  expect(places).toEqual(everything());
});

test('a connection that breaks is no failure where the host has restarted', async () => {
  const places = everything();
  const boots = new Map<string, number>();
  const health = (host: string) => ({ bootId: `${host} ${boots.get(host) ?? 0}`, trouble: null });
  const ends = {
    alpha: (): CommandEnd => {
      boots.set('alpha', 1);
      return { kind: 'lost', why: 'closed' };
    },
    beta: (): CommandEnd => ({ kind: 'lost', why: 'closed' }),
  };
  const { ran, io } = rolling({ places, health, ends });
  const { exitCode, stdout } = await ferry(io, ...words);
  expect(exitCode).toBe(4);
  expect(stdout).toContain('beta: the connection broke while the command ran (closed); it has not restarted');
  expect(ran).toEqual(['alpha', 'beta']);
  expect([places.get('db'), on(places, 'beta')]).toEqual(['alpha', []]);
});

test('a host that cannot be emptied is not worked on', async () => {
  const places = everything();
  const { ran, io } = rolling({ places });
  const whole = io.engine;
  io.engine = async () => ({
    ...(await whole()),
    async *checkHost(source, destination, wishes, env) {
      for await (const report of (await whole()).checkHost(source, destination, wishes, env))
        yield report.domain.name === 'db' ? { ...report, verdict: 'blocked' } : report;
    },
  });
  const { exitCode, stdout } = await ferry(io, ...words);
  expect(exitCode).toBe(3);
  expect(stdout).toContain('blocked: alpha could not be emptied\n');
  expect(ran).toEqual([]);
});

// begin; empty began, plan, intent, operation, ended, done; command began, done; healthy began, done; refilled began,
// plan, intent, operation, ended, done; end. Between those that are left out, moves go as in an evacuation.
test.each([0, 1, 3, 6, 7, 8, 9, 10, 11, 12, 16, 17])(
  'a Ferry that is killed at write %i of a roll leaves what is carried on',
  async (writes) => {
    const places = everything();
    const only = [...words, '--hosts', 'alpha'];
    const first = rolling({ places, engine: mortal(writes) });
    await ferry(first.io, ...only);
    const open = (await runs(first.io)).filter(({ endedAtMs }) => endedAtMs === null);
    expect(open).toHaveLength(writes === 0 ? 0 : 1);

    const second = rolling({ places, engine: survivor(places) }, first.io);
    const { exitCode, stderr } = await ferry(second.io, ...(writes % 2 === 1 ? ['recover'] : only));
    expect(exitCode, stderr).toBe(0);
    expect([...first.ran, ...second.ran].length, 'it is run once, or again where that is not known').toBe(
      writes === 8 ? 2 : 1,
    );
    expect(places).toEqual(everything());
    expect((await runs(first.io))[0]?.outcome?.result).toBe('done');
  },
);

test.each([
  [[], 'say what is to be done on each host'],
  [['--command', 'a', '--local-command', 'b'], 'say what is to be done on each host'],
  [['--command', ' '], 'the command is empty'],
  [['--command', 'a', '--batch', '0'], 'bad --batch 0'],
  [['--command', 'a', '--batch', '3'], 'none is left to go to'],
  [['--command', 'a', '--hosts', 'delta'], 'delta'],
  [['--command', 'a'], 'there is no way to run a command on alpha (qemu+tcp://alpha/system)'],
])('ferry roll %j is refused before anything is asked', async (given, says) => {
  const { exitCode, stderr } = await ferry(fleet({ places: everything() }), 'roll', ...given);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(says) });
});

test('--dry-run shows what would leave each host', async () => {
  const places = everything();
  const { ran, io } = rolling({ places });
  const { exitCode, stdout, stderr } = await ferry(io, ...words, '--dry-run');
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/db +alpha[\s\S]*web +beta[\s\S]*mail +gamma/);
  expect(ran).toEqual([]);
  expect(await runs(io)).toEqual([]);
});
