import { MigrateFlag, param, parseUri, type TypedParam } from '@virt-ferry/libvirt';
import type { Domain, HostRef, MoveRequest } from '../model.ts';

/** What goes to the phases: flags for each side, and the parameters that all five get. */
export interface Parameters {
  readonly sourceFlags: number;
  readonly destinationFlags: number;
  readonly params: readonly TypedParam[];
}

const MIB = 1024 ** 2;

/** Chooses flags and parameters for a direct pre-copy move. Pure. */
export function chooseParameters(request: MoveRequest, domain: Domain, unsafe: boolean): Parameters {
  const persist = domain.persistent && request.destinationDefinition === 'persistent';
  const common =
    MigrateFlag.live |
    (persist ? MigrateFlag.persistDest : 0) |
    (request.sourceDefinition === 'remove' ? MigrateFlag.undefineSource : 0) |
    // A guest that the user had paused stays paused.
    (domain.state === 'paused' ? MigrateFlag.paused : 0) |
    (unsafe ? MigrateFlag.unsafe : 0);
  const params: TypedParam[] = [];
  const address = migrationAddress(request.destination);
  if (address !== null) params.push(param.string('migrate_uri', `tcp://${address}`));
  if (request.bandwidthBytesPerS !== null) {
    params.push(param.ullong('bandwidth', BigInt(Math.ceil(request.bandwidthBytesPerS / MIB))));
  }
  // libvirt's own client gives change protection to the source alone.
  return { sourceFlags: common | MigrateFlag.changeProtection, destinationFlags: common, params };
}

/**
 * The address that the source sends to, without a port: the destination adds a free one. Left to itself, libvirt
 * sends its host name, which too often resolves to localhost or to nothing. `null` where the URI names no other host.
 */
export function migrationAddress(destination: HostRef): string | null {
  const target = parseUri(destination.uri);
  const host = destination.migrationAddress ?? (target.transport === 'unix' ? null : target.host);
  if (host === null || /^(localhost|127\.|::1$)/.test(host)) return null;
  return host.includes(':') ? `[${host}]` : host;
}
