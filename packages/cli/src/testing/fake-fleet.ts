import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  CheckReport,
  DomainSummary,
  Env,
  Host,
  HostRef,
  MoveEvent,
  MoveRequest,
  Outcome,
} from '@virt-ferry/engine';
import type { Engine } from '../engine.ts';
import { type FakeIo, fakeIo } from './fake-io.ts';
import { finding, outcome } from './samples.ts';

const GIB = 1024 ** 3;

export interface World {
  /** By domain: where it is. Domains of 1 GiB. */
  readonly places: Map<string, string>;
  /** Where a domain may not go by preflight, as `web>beta`. */
  readonly blocked?: readonly string[];
  /** What comes of a move, as `web>beta`; it moves where nothing is said. */
  readonly ends?: Readonly<Record<string, Partial<Outcome>>>;
  readonly away?: readonly string[];
  readonly onMove?: (request: MoveRequest) => void;
  /** CPUs that a domain keeps busy; half of one where nothing is said. */
  readonly loads?: Readonly<Record<string, number>>;
  /** Bytes that a domain dirties each second, where its host can tell. */
  readonly dirty?: Readonly<Record<string, number>>;
  /** What else of the engine is another. */
  readonly engine?: Partial<Engine>;
}

/** Three hosts of 8 GiB. */
function engineOf({
  places,
  blocked = [],
  ends = {},
  away = [],
  onMove,
  loads = {},
  dirty = {},
  engine = {},
}: World): Partial<Engine> {
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
    measureLoads: async (ref) =>
      new Map(
        on(ref.name).map((name) => [
          ...([
            name,
            { cpus: loads[name] ?? 0.5, residentBytes: null, dirtyBytesPerS: dirty[name] ?? null },
          ] as const),
        ]),
      ),
    async *migrate(request, env) {
      const { id, started, end } = await journaledMove(request, env);
      yield started;
      onMove?.(request);
      const { domain, destination } = request;
      const how = ends[`${domain}>${destination.name}`];
      if (how === undefined) places.set(domain, destination.name);
      return end({ ...outcome(how ?? {}), operationId: id });
    },
    ...engine,
  };
}

/** Three hosts, and the journal of whoever asks for something of them. */
export function fleet(world: World, io: FakeIo = fakeIo()): FakeIo {
  const whole = io.engine;
  io.engine = async () => ({ ...(await whole()), ...engineOf(world) });
  const hosts = ['alpha', 'beta', 'gamma'].map((name) => `  ${name}: { uri: "qemu+tcp://${name}/system" }\n`);
  writeFileSync(join(io.directory, 'hosts.yaml'), `hosts:\n${hosts.join('')}`);
  return io;
}

/** The same user, at another terminal. */
export const again = (io: FakeIo, world: World) =>
  fleet(world, fakeIo({}, { FERRY_STATE: io.env.FERRY_STATE, FERRY_HOSTS: io.env.FERRY_HOSTS }));

/** What a host runs. */
export const on = (places: ReadonlyMap<string, string>, host: string) =>
  [...places].filter(([, at]) => at === host).map(([name]) => name);

/** Writes a move into the journal as the engine does. What is uncertain stays open, and its Ferry is gone. */
async function journaledMove(request: MoveRequest, env: Env) {
  const id = env.newId();
  const { domain: name, source, destination } = request;
  const route = { source: source.name, destination: destination.name };
  const domain = { name, uuid: name };
  const operation = { id, kind: 'migrate' as const, domain, ...route, request, startedAtMs: env.nowMs() };
  const lease = await env.journal.begin(operation, env.holder, env.nowMs() + env.leaseMs);
  const started: MoveEvent = { type: 'started', operationId: id, domain: name, ...route };
  return {
    id,
    started,
    async end(how: Outcome): Promise<Outcome> {
      if (how.result === 'uncertain') await env.journal.renew(lease, 0);
      else await env.journal.end(lease, how, env.nowMs());
      return how;
    },
  };
}
