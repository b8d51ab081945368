import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEnv } from '@virt-ferry/engine';
import { expect, test, vi } from 'vitest';
import { journalPath } from '../config/paths.ts';
import type { Engine } from '../engine.ts';
import { again, fleet, on, type World } from '../testing/fake-fleet.ts';
import { ferry } from '../testing/fake-io.ts';
import { mortal, runs, survivor } from '../testing/mortal.ts';
import { outcome, request } from '../testing/samples.ts';

// Each plan is made in a thread of its own, which takes long to start on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

test('a run is in the journal: shown, listed among what has ended, and restored from there', async () => {
  const places = new Map([
    ['db', 'alpha'],
    ['web', 'alpha'],
    ['mail', 'beta'],
  ]);
  const io = fleet({ places });
  await ferry(io, 'evacuate', 'alpha');
  const [run] = await runs(io);
  const id = run?.id ?? '';
  expect(run).toMatchObject({ goal: 'evacuate', outcome: { result: 'done', moved: ['db', 'web'] } });

  const { stdout } = await ferry(again(io, { places }), 'show', id);
  expect(stdout).toMatch(/^evacuate alpha \(\w{8}\)$/m);
  expect(stdout).toMatch(/web: alpha → \w+: begins\n/);
  expect(stdout).toContain('web came from alpha\n');
  expect(stdout).toContain('done: 2 of 2 moved\n');
  expect((await ferry(again(io, { places }), 'history')).stdout).toMatch(
    new RegExp(`${id} .* evacuate alpha +done +2`),
  );

  expect((await ferry(again(io, { places }), 'watch', id)).stderr).toContain(`${id} is a run of many moves`);

  const planned = await ferry(again(io, { places }), 'restore', '--dry-run');
  expect(planned.stderr).toContain(`restores what run ${id}, evacuate alpha, took away`);
  expect(on(places, 'alpha')).toEqual([]);
  const restored = await ferry(again(io, { places }), 'restore');
  expect(restored).toMatchObject({ exitCode: 0, stdout: '2 domains have moved\n' });
  expect(on(places, 'alpha').toSorted()).toEqual(['db', 'web']);
  expect(places.get('mail')).toBe('beta');

  const twice = await ferry(again(io, { places }), 'restore');
  expect(twice).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('was restored by run') });
});

test('an evacuation that was stopped and said again is restored as a whole', async () => {
  const places = new Map(Array.from({ length: 5 }, (_, index) => [`vm${index}`, 'alpha'] as const));
  let interrupt = () => {};
  const io = fleet({ places, onMove: () => interrupt() });
  interrupt = io.interrupt;
  expect((await ferry(io, 'evacuate', 'alpha')).exitCode).toBe(6);
  const left = on(places, 'alpha').length;
  expect(left).toBeGreaterThan(0);
  expect((await ferry(again(io, { places }), 'evacuate', 'alpha')).exitCode).toBe(0);
  expect((await ferry(again(io, { places }), 'restore')).stdout).toBe('5 domains have moved\n');
  expect(on(places, 'alpha')).toHaveLength(5);
});

test('what is gone, or whose host is, is named and keeps the others from nothing', async () => {
  const places = new Map([
    ['db', 'alpha'],
    ['web', 'alpha'],
  ]);
  const io = fleet({ places });
  await ferry(io, 'evacuate', 'alpha');
  places.delete('web');
  const { exitCode, stdout } = await ferry(again(io, { places }), 'restore');
  expect({ exitCode, stdout }).toEqual({
    exitCode: 3,
    stdout: '1 domain has moved\nweb stays: it runs on none of the hosts that answer\n',
  });
  expect(places.get('db')).toBe('alpha');
});

// begin, plan, and of each of two moves: intent, operation, ended; end. The last number is one that is never reached.
test.each(Array.from({ length: 10 }, (_, writes) => [writes]))(
  'a Ferry that is killed at write %i of a run leaves what ferry recover carries on',
  async (writes) => {
    const places = new Map([
      ['db', 'alpha'],
      ['web', 'alpha'],
    ]);
    const io = fleet({ places, engine: mortal(writes) });
    await ferry(io, 'evacuate', 'alpha');
    const open = (await runs(io)).filter(({ endedAtMs }) => endedAtMs === null);
    if (writes === 0 || writes === 9) expect(open).toEqual([]);
    else expect(open).toHaveLength(1);

    const later = again(io, { places, engine: survivor(places) });
    const words = writes % 2 === 0 || open.length === 0 ? ['evacuate', 'alpha'] : ['recover'];
    const { exitCode, stderr } = await ferry(later, ...words);
    expect(exitCode, stderr).toBe(0);
    expect(on(places, 'alpha')).toEqual([]);
    const [run, ...others] = await runs(io);
    expect(others.every(({ endedAtMs }) => endedAtMs !== null)).toBe(true);
    expect(run?.outcome?.result).toBe('done');

    await ferry(again(io, { places }), 'restore', run?.id ?? '');
    if (writes < 9) expect(on(places, 'alpha').toSorted()).toEqual(['db', 'web']);
  },
);

test('a run that is being carried out keeps others off its hosts, and one that was left open as well', async () => {
  const places = new Map([['web', 'alpha']]);
  const others: { exitCode: number; stderr: string }[] = [];
  let second = async (): Promise<unknown> => undefined;
  const world: World = { places };
  const io = fleet(world);
  const migrate = (await io.engine()).migrate;
  const engine: Partial<Engine> = {
    async *migrate(...args) {
      await second();
      return yield* migrate(...args);
    },
  };
  const busy = fleet({ ...world, engine }, io);
  second = async () => {
    others.push(await ferry(again(io, world), 'evacuate', 'alpha'));
    others.push(await ferry(again(io, world), 'evacuate', 'beta'));
    others.push(await ferry(again(io, world), 'status'));
    others.push(await ferry(again(io, world), 'recover'));
  };
  expect((await ferry(busy, 'evacuate', 'alpha')).exitCode).toBe(0);
  const [same, other, status, recover] = others;
  for (const refused of [same, other]) {
    expect(refused?.exitCode).toBe(3);
    expect(refused?.stderr).toMatch(/run \w{8} is being carried out by process \d+/);
  }
  expect(status).toMatchObject({ stdout: expect.stringMatching(/evacuate alpha .* 0 of 1 moved +running/) });
  expect(recover).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('skipped: run') });

  const left = new Map([['web', 'beta']]);
  const killed = again(io, { places: left, engine: mortal(2) });
  await ferry(killed, 'evacuate', 'beta');
  const { exitCode, stderr } = await ferry(
    again(io, { places: left, engine: survivor(left) }),
    ...['evacuate', 'gamma'],
  );
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/run (\w{8}), evacuate beta, was left open .*carry it on with: ferry recover \1/);
});

test('a run that was left open is given up by ferry abort', async () => {
  const places = new Map([['web', 'alpha']]);
  const io = fleet({ places, engine: mortal(2) });
  await ferry(io, 'evacuate', 'alpha');
  const [run] = await runs(io);
  const id = run?.id ?? '';
  const later = () => again(io, { places, engine: survivor(places) });
  expect((await ferry(later(), 'list')).stderr).toContain(
    `run ${id}, evacuate alpha, 0 of 1 moved, was left`,
  );
  expect((await ferry(later(), 'abort', id)).stderr).toContain(
    `is ended, once its moves are, by: ferry recover ${id}`,
  );
  expect((await ferry(later(), 'recover', id)).exitCode).toBe(6);
  expect(places.get('web')).toBe('alpha');
  expect((await runs(io))[0]?.outcome).toEqual({ result: 'aborted', moved: [], stays: [] });
});

test('ferry recover --dry-run says what is left of a run, and touches nothing', async () => {
  const places = new Map([['web', 'alpha']]);
  const io = fleet({ places, engine: mortal(3) });
  await ferry(io, 'evacuate', 'alpha');
  const where = places.get('web');
  const { stderr } = await ferry(again(io, { places, engine: survivor(places) }), 'recover', '--dry-run');
  expect(stderr).toMatch(/web: alpha → \w+: how it ended is asked of both hosts first/);
  expect(places.get('web')).toBe(where);
  expect((await runs(io))[0]?.endedAtMs).toBeNull();
});

test('balance goes by the CPU time that domains take, and does nothing where they are even', async () => {
  const places = new Map<string, string>(['a', 'b', 'c', 'd'].map((name) => [name, 'alpha']));
  places.set('e', 'beta').set('f', 'gamma');
  const loads = { a: 1.2, b: 1.2, c: 0, d: 0, e: 0.1, f: 0.1 };
  const io = fleet({ places, loads });
  const { exitCode, stderr } = await ferry(io, 'balance', '--explain');
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain('evens CPU load and memory out');
  expect(places.get('a')).not.toBe(places.get('b'));
  const after = await ferry(again(io, { places, loads }), 'balance', '--threshold', '40%');
  expect(after).toMatchObject({ exitCode: 0, stdout: '0 domains have moved\n' });
  expect(after.stderr).toContain('nothing is to be done');
  expect(await runs(io)).toHaveLength(1);
});

test('consolidate empties hosts', async () => {
  const places = new Map([
    ['a', 'alpha'],
    ['b', 'beta'],
    ['c', 'gamma'],
  ]);
  const io = fleet({ places });
  expect((await ferry(io, 'consolidate')).exitCode).toBe(0);
  expect(new Set(places.values()).size).toBe(1);
  await ferry(again(io, { places }), 'restore', (await runs(io))[0]?.id ?? '');
  expect(new Set(places.values()).size).toBe(3);
});

test('a plan is kept, and carried out as it stands', async () => {
  const places = new Map([
    ['db', 'alpha'],
    ['web', 'alpha'],
  ]);
  const io = fleet({ places });
  const file = join(io.directory, 'plan.json');
  expect((await ferry(io, 'evacuate', 'alpha', '--dry-run', '--plan', file)).exitCode).toBe(0);
  expect(on(places, 'alpha')).toHaveLength(2);
  const { plan } = JSON.parse(readFileSync(file, 'utf8'));
  const { exitCode, stdout } = await ferry(again(io, { places }), 'evacuate', '--plan', file);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '2 domains have moved\n' });
  for (const { domain, to } of plan.moves) expect(places.get(domain)).toBe(to);
});

test('a plan that no longer fits is refused with the moves that do not hold, and nothing is begun', async () => {
  const places = new Map([
    ['db', 'alpha'],
    ['web', 'alpha'],
  ]);
  const io = fleet({ places });
  const file = join(io.directory, 'plan.json');
  await ferry(io, 'evacuate', 'alpha', '--dry-run', '--plan', file);
  places.set('web', 'beta');
  const refused = await ferry(again(io, { places }), 'evacuate', '--plan', file);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toMatch(
    /no longer fits the hosts as they are: m\d: web is on beta, not on alpha\n$/,
  );
  expect(refused.stderr).not.toContain('db');
  expect(places.get('db')).toBe('alpha');
  expect(await runs(io)).toEqual([]);
});

test.each([
  ['{', 'it is no JSON'],
  ['{"version":1}', 'is no plan of ferry … --dry-run --plan: request'],
])('a file %s is no plan', async (text, says) => {
  const io = fleet({ places: new Map() });
  const file = join(io.directory, 'plan.json');
  writeFileSync(file, text);
  const { exitCode, stderr } = await ferry(io, 'evacuate', '--plan', file);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(says) });
});

test('a plan for something else is not carried out', async () => {
  const places = new Map([['web', 'alpha']]);
  const io = fleet({ places });
  const file = join(io.directory, 'plan.json');
  await ferry(io, 'evacuate', 'alpha', '--dry-run', '--plan', file);
  for (const words of [['balance'], ['evacuate', 'beta']])
    expect((await ferry(again(io, { places }), ...words, '--plan', file)).stderr).toContain(
      'is a plan to evacuate',
    );
});

test('a plan takes as long as past moves over its links have shown, and as what its domains dirty asks for', async () => {
  const places = new Map([['web', 'alpha']]);
  const io = fleet({ places });
  const planned = async (dirty: Record<string, number> = {}) => {
    const { stdout } = await ferry(again(io, { places, dirty }), 'evacuate', 'alpha', '--dry-run', '--json');
    const { makespanS, moves, notes } = JSON.parse(stdout);
    return { makespanS, bytes: moves[0].bytes, notes: notes.join() };
  };
  const guessed = await planned();
  expect(guessed.notes).toContain('what the links of alpha, beta, gamma carry: a gigabit is assumed');
  const env = createEnv({ journalPath: journalPath(io.env) });
  for (const destination of ['beta', 'gamma']) {
    const route = { source: 'alpha', destination };
    const operation = { id: destination, kind: 'migrate' as const, domain: { name: 'x', uuid: destination } };
    const lease = await env.journal.begin(
      { ...operation, ...route, request: request(), startedAtMs: 1 },
      ...([env.holder, 0] as const),
    );
    await env.journal.end(lease, outcome({ operationId: destination, ...route }), 2);
    const trace = { passes: [], bytesPerS: 1.17e9, memoryMs: 1, diskMs: 0, limitBytesPerS: null };
    await env.journal.rememberTrace(destination, trace);
  }
  await env.close();
  const known = await planned();
  expect(known).toMatchObject({ bytes: guessed.bytes, notes: '' });
  expect(guessed.makespanS - 2).toBeCloseTo(10 * (known.makespanS - 2), 3);
  expect((await planned({ web: 1.17e9 / 2 })).bytes).toBeCloseTo(2 * known.bytes, -3);
});
