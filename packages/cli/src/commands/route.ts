import type { HostRef, RealEnv } from '@virt-ferry/engine';
import { knownHosts, LOCAL, resolveHost } from '../config/hosts.ts';
import type { Engine } from '../engine.ts';
import type { Io } from '../io.ts';

/** Where a domain is to go from and to, as the user says it. */
export interface RouteOptions {
  readonly to: string;
  readonly from?: string;
}

export interface Route {
  readonly domain: string;
  readonly source: HostRef;
  readonly destination: HostRef;
}

/** Finds both hosts; the source by looking for the domain where none is named. */
export async function resolveRoute(
  domain: string,
  { to, from }: RouteOptions,
  io: Io,
  engine: Engine,
  env: RealEnv,
): Promise<Route> {
  const destination = await resolveHost(to, io.env);
  const source =
    from === undefined
      ? await engine.findDomain(domain, await placesToLook(destination, io), env)
      : await resolveHost(from, io.env);
  return { domain, source, destination };
}

/**
 * The known hosts; and this machine where no other than the destination is known. The destination is among them: that
 * the domain is there already is worth saying.
 */
async function placesToLook(destination: HostRef, io: Io): Promise<HostRef[]> {
  const hosts = await knownHosts(io.env);
  return hosts.every(({ uri }) => uri === destination.uri) && destination.uri !== LOCAL.uri
    ? [...hosts, LOCAL]
    : hosts;
}
