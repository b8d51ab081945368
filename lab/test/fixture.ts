import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CheckReport,
  check,
  createEnv,
  type HostRef,
  type MoveEvent,
  type MoveRequest,
  migrate,
  type Outcome,
  type RealEnv,
} from '@virt-ferry/engine';
import {
  addGuest,
  addresses,
  captureInHost,
  type Guest,
  hostNames,
  type NewGuest,
  type Ran,
  removeGuest,
} from '@virt-ferry/lab';
import { type Connection, connect, DomainState, isRemote } from '@virt-ferry/libvirt';
import { afterAll, afterEach, expect } from 'vitest';
import { noteVerdict } from './verdicts.ts';

/** The lab that `script/test` brought up. These tests run in the network of its controller. */
export const lab = process.env.FERRY_LAB ?? 'default';

const hosts = await hostNames(lab);
if (hosts.length === 0) throw new Error(`there is no lab ${lab}: run script/test, which makes one`);

/** A host of the lab as a user would name it. */
export function host(name: string): HostRef {
  return { name, uri: `qemu+tcp://${address(name)}/system` };
}

export function address(name: string): string {
  return addresses.management(hosts.indexOf(name) + 1);
}

const state = mkdtempSync(join(tmpdir(), 'ferry-lab-test-'));
/** Where the journal is, for a Ferry in a process of its own. */
export const journalPath = join(state, 'journal.db');
export const env: RealEnv = createEnv({ journalPath });
afterAll(async () => {
  await env.close();
  rmSync(state, { recursive: true });
});

const guests: Guest[] = [];
const connections: Connection[] = [];
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  for (const connection of connections.splice(0)) await connection.close();
  for (const { name } of guests.splice(0)) await removeGuest(lab, name, hosts);
});

/** Done after the test, however it ends; the last first, and before the guests go. */
export function afterwards(cleanup: () => Promise<unknown>): void {
  cleanups.push(cleanup);
}

let counter = 0;
/** A guest that lasts as long as the test. */
export async function guest(wanted: Omit<NewGuest, 'name'>): Promise<Guest> {
  counter++;
  const made = await addGuest(lab, { name: `t${process.pid}-${counter}`, ...wanted });
  guests.push(made);
  return made;
}

/** A connection that lasts as long as the test. */
export async function connectTo(name: string): Promise<Connection> {
  const connection = await connect(host(name).uri);
  connections.push(connection);
  return connection;
}

/** The state of a domain on a host; `null` where there is none. */
export async function stateOn(name: string, uuid: string): Promise<{ state: number; reason: number } | null> {
  const connection = await connectTo(name);
  try {
    const { dom } = await connection.domainLookupByUuid({ uuid });
    return await connection.domainGetState({ dom, flags: 0 });
  } catch (error) {
    if (isRemote(error)) return null;
    throw error;
  }
}

/** The hosts on which a domain runs. */
export async function runners(uuid: string): Promise<string[]> {
  const states = await Promise.all(hosts.map(async (name) => ({ name, seen: await stateOn(name, uuid) })));
  return states.filter(({ seen }) => seen?.state === DomainState.running).map(({ name }) => name);
}

export function request(
  moved: Guest,
  from: string,
  to: string,
  wishes: Partial<MoveRequest> = {},
): MoveRequest {
  return {
    domain: moved.name,
    source: host(from),
    destination: host(to),
    maxDowntimeMs: null,
    bandwidthBytesPerS: null,
    deadlineMs: null,
    sourceDefinition: 'remove',
    destinationDefinition: 'persistent',
    probe: { kind: 'ping', address: moved.address },
    drive: 'direct',
    method: 'pre-copy',
    commit: 'strict',
    copyStorage: 'none',
    ...wishes,
  };
}

export interface Moved {
  readonly outcome: Outcome;
  readonly events: readonly MoveEvent[];
}

/** Moves, and calls `onEvent` for each event as it comes. */
export async function move(
  wanted: MoveRequest,
  onEvent: (event: MoveEvent) => void = () => undefined,
  signal: AbortSignal = new AbortController().signal,
): Promise<Moved> {
  const events: MoveEvent[] = [];
  const moving = migrate(wanted, env, signal);
  let report: CheckReport | undefined;
  for (;;) {
    const step = await moving.next();
    if (step.done) {
      const { result, reason } = step.value;
      if (report !== undefined && result !== 'blocked')
        await noteVerdict(report, { by: 'ferry', moved: result === 'migrated', said: reason, stricter: '' });
      return { outcome: step.value, events };
    }
    events.push(step.value);
    if (step.value.type === 'checked') report = step.value.report;
    onEvent(step.value);
  }
}

export interface VirshMove {
  /** Of a file on the source, what is given to the destination: then it is not the move that Ferry is asked of. */
  readonly xml?: string;
  /** Why Ferry refuses a move that virsh does. */
  readonly stricter?: string;
}

/**
 * The same by libvirt's own client, which nobody has checked; with UNSAFE, as the lab's shared directory wants it. What
 * Ferry says of it is asked first, and must be what comes.
 */
export async function virshMove(wanted: MoveRequest, { xml, stricter = '' }: VirshMove = {}): Promise<Ran> {
  const { domain, source, destination } = wanted;
  const there = [`qemu+tcp://${address(destination.name)}/system`, `tcp://${address(destination.name)}`];
  const options = [
    ...(wanted.copyStorage === 'all' ? ['--copy-storage-all'] : []),
    ...(wanted.method === 'post-copy' ? ['--postcopy'] : []),
    ...(wanted.tls ? ['--tls'] : []),
    ...(xml === undefined ? [] : ['--xml', xml]),
  ];
  const virsh = () =>
    captureInHost(lab, source.name, ['virsh', 'migrate', '--live', '--unsafe', ...options, domain, ...there]);
  if (xml !== undefined) return virsh();
  const report = await check(wanted, env);
  const ran = await virsh();
  const moved = ran.exitCode === 0;
  await noteVerdict(report, { by: 'virsh', moved, said: ran.stderr.trim(), stricter });
  expect(report.verdict !== 'blocked', `${report.verdict}, and virsh: ${ran.stderr}`).toBe(
    moved && stricter === '',
  );
  return ran;
}

/** `ferry` as a user in the controller runs it. */
export function ferry(...words: string[]): Promise<Ran> {
  return captureInHost(lab, 'controller', ['ferry', ...words]);
}
