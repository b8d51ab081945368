import {
  type Connection,
  type DomainRef,
  DomainState,
  ErrorNumber,
  isRemote,
  JobType,
  messageOf,
} from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import { lookUp } from '../inventory/domain.ts';
import { readHostUuid } from '../inventory/host.ts';
import type { Operation } from '../journal/journal.ts';
import type { HostRef } from '../model.ts';
import { closeWhenOpen } from '../with-connection.ts';
import type { MoveRecord } from './record.ts';
import type { Sighting } from './sighting.ts';

/** For who needs to know soon whether a host answers at all. */
const ANSWER_MS = 5000;

/** One host, as recovery sees it: over connections of its own, since those at hand may be what failed. */
export class Site {
  readonly ref: HostRef;
  readonly #uuid: string;
  readonly #hostUuid: string | null;
  readonly #env: Env;
  #connection: Promise<Connection> | null = null;

  /** `hostUuid`: the machine it was when the operation began; `null` where that isn't known. */
  constructor(ref: HostRef, domainUuid: string, hostUuid: string | null, env: Env) {
    this.ref = ref;
    this.#uuid = domainUuid;
    this.#hostUuid = hostUuid;
    this.#env = env;
  }

  /** Never throws but where the host is another machine than it was. */
  async look(): Promise<Sighting> {
    try {
      const connection = await this.#open();
      const dom = await lookUp(connection, this.#uuid, SOON);
      return dom ? await readSighting(connection, dom) : { seen: 'absent' };
    } catch (error) {
      if (error instanceof EngineError) throw error;
      if (isRemote(error, ErrorNumber.noDomain)) return { seen: 'absent' };
      await this.close();
      return { seen: 'unreachable', why: messageOf(error) };
    }
  }

  /** The connection, and the domain if it is there. */
  async reach(): Promise<{ readonly connection: Connection; readonly dom: DomainRef | null }> {
    const connection = await this.#open();
    return { connection, dom: await lookUp(connection, this.#uuid, SOON) };
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    if (connection) await closeWhenOpen(connection);
  }

  #open(): Promise<Connection> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  async #connect(): Promise<Connection> {
    const connection = await this.#env.connect(this.ref.uri, { deadlineMs: ANSWER_MS });
    try {
      if (this.#hostUuid !== null) await this.#recognise(connection, this.#hostUuid);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async #recognise(connection: Connection, expected: string): Promise<void> {
    const found = await readHostUuid(connection, this.ref, SOON);
    if (found === expected) return;
    throw new EngineError(
      'identity',
      `${this.ref.name} at ${this.ref.uri} is another machine than when the move began: its host UUID is ${found}, it was ${expected}; nothing was touched. Correct the hosts file`,
    );
  }
}

/** Both sides of a move, where they are now; `hosts` says so by name, if that has changed since. */
export function sitesOf(
  { domain, request }: Pick<Operation, 'domain' | 'request'>,
  { hosts: identities }: MoveRecord,
  hosts: readonly HostRef[],
  env: Env,
): { readonly source: Site; readonly destination: Site } {
  const now = (ref: HostRef) => hosts.find(({ name }) => name === ref.name) ?? ref;
  return {
    source: new Site(now(request.source), domain.uuid, identities?.source ?? null, env),
    destination: new Site(now(request.destination), domain.uuid, identities?.destination ?? null, env),
  };
}

const SOON = { deadlineMs: ANSWER_MS };

async function readSighting(connection: Connection, dom: DomainRef): Promise<Sighting> {
  const [{ state, reason }, { persistent }, job] = await Promise.all([
    connection.domainGetState({ dom, flags: 0 }, SOON),
    connection.domainIsPersistent({ dom }, SOON),
    readJob(connection, dom),
  ]);
  const active = state !== DomainState.shutoff;
  return { seen: 'present', state, reason, persistent, job: active ? job : 'none' };
}

/** A host that takes a guest in refuses to give statistics: "available only on the source host" (qemu_driver.c). */
async function readJob(connection: Connection, dom: DomainRef): Promise<'none' | 'outgoing' | 'incoming'> {
  try {
    const { type } = await connection.domainGetJobInfo({ dom }, SOON);
    return type === JobType.bounded || type === JobType.unbounded ? 'outgoing' : 'none';
  } catch (error) {
    if (isRemote(error, ErrorNumber.operationUnsupported)) return 'incoming';
    if (isRemote(error, ErrorNumber.operationInvalid)) return 'none';
    throw error;
  }
}
