import { expect, test, vi } from 'vitest';
import { fleet } from '../testing/fake-fleet.ts';
import { ferry } from '../testing/fake-io.ts';

// Each plan is made in a thread of its own, which takes long to start on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

test('empties a host, and says what goes where', async () => {
  const places = new Map([
    ['db', 'alpha'],
    ['web', 'alpha'],
    ['mail', 'beta'],
  ]);
  const { exitCode, stdout, stderr } = await ferry(fleet({ places }), 'evacuate', 'alpha');
  expect(exitCode).toBe(0);
  expect([...places.values()]).not.toContain('alpha');
  expect(places.get('mail')).toBe('beta');
  expect(stdout).toBe('2 domains have moved\n');
  expect(stderr).toMatch(/evacuate: 2 moves/);
  expect(stderr).toMatch(/web: alpha → \w+: begins\n/);
});

test('--dry-run shows the plan and moves nothing', async () => {
  const places = new Map([['web', 'alpha']]);
  const { exitCode, stdout } = await ferry(fleet({ places }), 'evacuate', 'alpha', '--dry-run', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ goal: 'evacuate', moves: [{ domain: 'web', from: 'alpha' }] });
  expect(places.get('web')).toBe('alpha');
});

test('what fails is planned anew, elsewhere', async () => {
  const places = new Map([['web', 'alpha']]);
  const rolledBack = { result: 'rolled-back', reason: 'the link broke' } as const;
  const tried: string[] = [];
  const ends = { 'web>beta': rolledBack, 'web>gamma': rolledBack };
  const first = fleet({ places, ends, onMove: ({ destination }) => tried.push(destination.name) });
  const { exitCode, stdout } = await ferry(first, 'evacuate', 'alpha');
  expect(tried.toSorted()).toEqual(['beta', 'gamma']);
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/^0 domains have moved\nweb stays: it did not move to (beta, gamma|gamma, beta)\n$/);
});

test('where preflight is against it everywhere, that is said, and the others move', async () => {
  const places = new Map([
    ['web', 'alpha'],
    ['odd', 'alpha'],
  ]);
  const io = fleet({ places, blocked: ['odd>beta', 'odd>gamma'] });
  const { exitCode, stdout } = await ferry(io, 'evacuate', 'alpha');
  expect(exitCode).toBe(3);
  expect(stdout).toBe('1 domain has moved\nodd stays: no such CPU\n');
});

test('a move whose end is not known ends it: nobody plans on that', async () => {
  const places = new Map([['web', 'alpha']]);
  const lost = { result: 'uncertain', reason: 'beta does not answer' } as const;
  const io = fleet({ places, ends: { 'web>beta': lost, 'web>gamma': lost } });
  const { exitCode, stdout, stderr } = await ferry(io, 'evacuate', 'alpha');
  expect(exitCode).toBe(5);
  expect(stdout).toMatch(/see: ferry recover \w{8}\n$/);
  expect(stderr).toMatch(/run (\w{8}) stays open; carry it on with: ferry recover \1\n$/);
});

test('a host that does not answer takes no domain; one that is to be emptied must', async () => {
  const places = new Map([['web', 'alpha']]);
  const { stderr } = await ferry(fleet({ places, away: ['beta'] }), 'evacuate', 'alpha');
  expect(places.get('web')).toBe('gamma');
  expect(stderr).toContain('note: beta is left out: beta does not answer');
  const { exitCode } = await ferry(fleet({ places, away: ['alpha'] }), 'evacuate', 'alpha');
  expect(exitCode).toBe(1);
});

test('a domain whose name another host has, too, is left alone: plans and journals know it by that', async () => {
  const places = new Map([['web', 'alpha']]);
  const io = fleet({ places });
  const whole = await io.engine();
  io.engine = async () => ({
    ...whole,
    listDomains: async (ref, env) => {
      const all = await whole.listDomains(ref, env);
      const [copy] = await whole.listDomains({ ...ref, name: 'alpha' }, env);
      return ref.name === 'beta' && copy ? [{ ...copy, host: 'beta' }] : all;
    },
  });
  const { exitCode, stdout } = await ferry(io, 'evacuate', 'alpha');
  expect({ exitCode, stdout }).toEqual({
    exitCode: 3,
    stdout: '0 domains have moved\nweb stays: beta runs a domain of that name, too\n',
  });
});

test('Ctrl-C begins no more moves, and waits for what runs', async () => {
  const places = new Map(Array.from({ length: 6 }, (_, index) => [`vm${index}`, 'alpha'] as const));
  let interrupt: () => void = () => undefined;
  const io = fleet({ places, onMove: () => interrupt() });
  interrupt = io.interrupt;
  const { exitCode, stdout, stderr } = await ferry(io, 'evacuate', 'alpha', '--json');
  expect(exitCode).toBe(6);
  expect(stderr).toContain('no more moves are begun');
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const last = events.at(-1);
  expect(last).toMatchObject({ type: 'outcome', result: 'aborted' });
  expect(last.moved.length).toBeGreaterThan(0);
  expect([...places.values()].filter((host) => host === 'alpha').length).toBe(last.stays.length);
});

test.each([
  [['evacuate', 'delta'], 'delta'],
  [['evacuate', 'alpha', 'beta', 'gamma'], 'no other host'],
  [['evacuate', 'alpha', '--seed', 'x'], '--seed'],
])('%j is refused before anything is asked', async (words, says) => {
  const { exitCode, stderr } = await ferry(fleet({ places: new Map() }), ...words);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(says);
});
