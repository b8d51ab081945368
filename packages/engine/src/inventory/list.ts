import { type Connection, DomainStats, paramsByName } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import type { DomainSummary, Host, HostRef } from '../model.ts';
import { lookUp, stateName } from './domain.ts';
import { readHostFrom } from './host.ts';

const KIB = 1024;

/** Reads a host over a connection of its own. */
export function readHost(ref: HostRef, env: Env): Promise<Host> {
  return withConnection(ref, env, (connection) => readHostFrom(connection, ref));
}

/** All domains of a host, running or not, by name; one call to the daemon however many there are. */
export function listDomains(ref: HostRef, env: Env): Promise<DomainSummary[]> {
  return withConnection(ref, env, async (connection) => {
    const stats = DomainStats.state | DomainStats.balloon | DomainStats.vcpu;
    const { records } = await connection.connectGetAllDomainStats({ doms: [], stats, flags: 0 });
    const summaries = records.map(({ dom, params }): DomainSummary => {
      const values = paramsByName(params);
      return {
        name: dom.name,
        uuid: dom.uuid,
        host: ref.name,
        state: stateName(Number(values.get('state.state'))),
        vcpus: Number(values.get('vcpu.current') ?? values.get('vcpu.maximum') ?? 0),
        memoryBytes: Number(values.get('balloon.maximum') ?? values.get('balloon.current') ?? 0) * KIB,
      };
    });
    return summaries.sort((a, b) => a.name.localeCompare(b.name));
  });
}

/** The host that has a domain; the one that runs it where several have a definition. */
export async function findDomain(nameOrUuid: string, hosts: readonly HostRef[], env: Env): Promise<HostRef> {
  const failures: string[] = [];
  const looks = await Promise.all(
    hosts.map(async (ref) => {
      try {
        const dom = await withConnection(ref, env, (connection) => lookUp(connection, nameOrUuid));
        return dom ? [{ ref, active: dom.id >= 0 }] : [];
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
        return [];
      }
    }),
  );
  const found = looks.flat();
  const active = found.filter((one) => one.active);
  const chosen = active.length > 0 ? active : found;
  const [only, ...others] = chosen;
  if (only && others.length === 0) return only.ref;
  if (only) {
    const names = chosen.map(({ ref }) => ref.name).join(', ');
    throw new EngineError(
      'ambiguous-domain',
      `${nameOrUuid} is on several hosts (${names}); say which with --from`,
    );
  }
  const where = hosts.map(({ name }) => name).join(', ') || 'no host';
  const unreached = failures.length > 0 ? ` (${failures.join('; ')})` : '';
  throw new EngineError('no-domain', `no domain ${nameOrUuid} on ${where}${unreached}; see: ferry list`);
}

async function withConnection<T>(
  ref: HostRef,
  env: Env,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await env.connect(ref.uri);
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}
