import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckReport, DomainSummary, Host, HostRef, MoveRequest, Outcome } from '@virt-ferry/engine';
import { expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { fakeIo, ferry } from '../testing/fake-io.ts';
import { finding, outcome } from '../testing/samples.ts';

const GIB = 1024 ** 3;

interface World {
  /** By domain: where it is. Domains of 1 GiB. */
  readonly places: Map<string, string>;
  /** Where a domain may not go by preflight, as `web>beta`. */
  readonly blocked?: readonly string[];
  /** What comes of a move, as `web>beta`; it moves where nothing is said. */
  readonly ends?: Readonly<Record<string, Partial<Outcome>>>;
  readonly away?: readonly string[];
  readonly onMove?: (request: MoveRequest) => void;
}

/** Three hosts of 8 GiB. */
function engineOf({ places, blocked = [], ends = {}, away = [], onMove }: World): Partial<Engine> {
  const on = (host: string) => [...places].filter(([, at]) => at === host).map(([name]) => name);
  const reach = ({ name }: HostRef) => {
    if (away.includes(name)) throw new Error(`${name} does not answer`);
  };
  return {
    readHost: async (ref) => {
      reach(ref);
      const available = 8 * GIB - on(ref.name).length * GIB;
      return { ref, cpus: 4, memoryBytes: 8 * GIB, availableMemoryBytes: available } as unknown as Host;
    },
    listDomains: async (ref) => {
      reach(ref);
      return on(ref.name).map(
        (name): DomainSummary => ({
          ...{ name, uuid: name, host: ref.name, state: 'running', vcpus: 1, memoryBytes: GIB },
        }),
      );
    },
    async *checkHost(source, destination) {
      for (const name of on(source.name)) {
        const is = blocked.includes(`${name}>${destination.name}`);
        yield {
          ...{ domain: { name, uuid: name }, source: source.name, destination: destination.name },
          ...{ verdict: is ? 'blocked' : 'ready', findings: is ? [finding('blocker', 'no such CPU')] : [] },
        } as CheckReport;
      }
    },
    // biome-ignore lint/correctness/useYield: these moves tell nothing of themselves
    async *migrate(request) {
      onMove?.(request);
      const { domain, destination } = request;
      const end = ends[`${domain}>${destination.name}`];
      if (end === undefined) places.set(domain, destination.name);
      return outcome(end ?? {});
    },
  };
}

function fleet(world: World) {
  const io = fakeIo(engineOf(world));
  const hosts = ['alpha', 'beta', 'gamma'].map((name) => `  ${name}: { uri: "qemu+tcp://${name}/system" }\n`);
  writeFileSync(join(io.directory, 'hosts.yaml'), `hosts:\n${hosts.join('')}`);
  return io;
}

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
  const { exitCode, stdout } = await ferry(io, 'evacuate', 'alpha');
  expect(exitCode).toBe(5);
  expect(stdout).toContain('see: ferry recover k3m8x2pq');
});

test('a host that does not answer takes no domain; one that is to be emptied must', async () => {
  const places = new Map([['web', 'alpha']]);
  const { stderr } = await ferry(fleet({ places, away: ['beta'] }), 'evacuate', 'alpha');
  expect(places.get('web')).toBe('gamma');
  expect(stderr).toContain('note: beta is left out: beta does not answer');
  const { exitCode } = await ferry(fleet({ places, away: ['alpha'] }), 'evacuate', 'alpha');
  expect(exitCode).toBe(1);
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
