import type { DomainRef } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import { lookUp, readDomain } from '../inventory/domain.ts';
import { readHostFrom } from '../inventory/host.ts';
import type { HostRef } from '../model.ts';
import type { CheckContext } from '../preflight/check.ts';
import type { Link } from './sides.ts';

/** Looks a domain up on a host, or says that it isn't there. */
export async function lookUpOn(link: Pick<Link, 'monitor' | 'ref'>, nameOrUuid: string): Promise<DomainRef> {
  const dom = await lookUp(link.monitor, nameOrUuid);
  if (!dom) throw noDomain(nameOrUuid, link.ref);
  return dom;
}

function noDomain(nameOrUuid: string, host: HostRef): EngineError {
  return new EngineError('no-domain', `no domain ${nameOrUuid} on ${host.name}; see: ferry list`);
}

/** Reads all that preflight looks at. */
export async function readContext(
  from: Pick<Link, 'monitor' | 'ref'>,
  to: Pick<Link, 'monitor' | 'ref'>,
  dom: DomainRef,
  env: Env,
): Promise<CheckContext> {
  const [domain, sourceHost, destinationHost] = await Promise.all([
    readDomain(from.monitor, dom),
    readHostFrom(from.monitor, from.ref),
    readHostFrom(to.monitor, to.ref),
  ]);
  return {
    source: { host: sourceHost, connection: from.monitor },
    destination: { host: destinationHost, connection: to.monitor },
    domain,
    dom,
    env,
  };
}
