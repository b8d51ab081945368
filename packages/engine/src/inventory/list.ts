import { type Connection, DomainState, DomainStats, messageOf, paramsByName } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import type { DomainSummary, Host, HostRef } from '../model.ts';
import { withConnection } from '../with-connection.ts';
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

/**
 * The host that has a domain: the one that runs it where several know it. While it moves, the destination has it too,
 * paused. Throws an EngineError, or the connection's error where no host could be asked at all.
 */
export async function findDomain(nameOrUuid: string, hosts: readonly HostRef[], env: Env): Promise<HostRef> {
  const looks = await Promise.allSettled(
    hosts.map((ref) => withConnection(ref, env, (connection) => sighting(ref, connection, nameOrUuid))),
  );
  const found = looks.flatMap((look) => (look.status === 'fulfilled' && look.value ? [look.value] : []));
  const failures = looks.flatMap((look) => (look.status === 'rejected' ? [look.reason as unknown] : []));
  const best = Math.max(...found.map(({ rank }) => rank));
  const [only, ...others] = found.filter(({ rank }) => rank === best);
  if (only && others.length === 0) return only.ref;
  if (only) {
    const names = [only, ...others].map(({ ref }) => ref.name).join(', ');
    throw new EngineError(
      'ambiguous-domain',
      `${nameOrUuid} is on several hosts (${names}); say which with --from`,
    );
  }
  if (failures.length > 0 && failures.length === hosts.length) throw failures[0];
  const where = hosts.map(({ name }) => name).join(', ') || 'no host';
  const messages = failures.map(messageOf);
  const unreached = messages.length > 0 ? ` (${messages.join('; ')})` : '';
  throw new EngineError('no-domain', `no domain ${nameOrUuid} on ${where}${unreached}; see: ferry list`);
}

/** What a host has of a domain: 2 it runs, 1 it is active some other way, 0 it is only defined. */
async function sighting(ref: HostRef, connection: Connection, nameOrUuid: string) {
  const dom = await lookUp(connection, nameOrUuid);
  if (!dom) return null;
  if (dom.id < 0) return { ref, rank: 0 };
  const { state } = await connection.domainGetState({ dom, flags: 0 });
  return { ref, rank: state === DomainState.running ? 2 : 1 };
}
