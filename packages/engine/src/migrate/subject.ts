import { type DomainRef, XmlFlag } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import type { Shells } from '../host-shell/shells.ts';
import { lookUp, readDomain } from '../inventory/domain.ts';
import { readHostFrom } from '../inventory/host.ts';
import type { HostRef } from '../model.ts';
import type { CheckContext, Wishes } from '../preflight/check.ts';
import { proveSharedDirectory, type SharedProof } from '../storage/shared.ts';
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

/** Reads all that preflight looks at. Whoever checks several domains has the same shells for all of them, and closes them. */
export async function readContext(
  from: Pick<Link, 'monitor' | 'ref'>,
  to: Pick<Link, 'monitor' | 'ref'>,
  dom: DomainRef,
  wishes: Wishes,
  env: Env,
  shells: Shells,
): Promise<CheckContext> {
  const [domain, sourceHost, destinationHost] = await Promise.all([
    readDomain(from.monitor, dom),
    readHostFrom(from.monitor, from.ref),
    readHostFrom(to.monitor, to.ref),
  ]);
  const proofs = new Map<string, Promise<SharedProof>>();
  return {
    source: { host: sourceHost, connection: from.monitor },
    destination: { host: destinationHost, connection: to.monitor },
    domain,
    dom,
    wishes,
    proveShared(directory) {
      const proof = proofs.get(directory) ?? proveSharedDirectory(directory, from.monitor, to.monitor, env);
      proofs.set(directory, proof);
      return proof;
    },
    shells,
    env,
  };
}

/** What recovery must know of how things were before: for the journal. */
export async function factsFor({
  domain,
  dom,
  source,
  destination,
}: CheckContext): Promise<Record<string, unknown>> {
  const there = await lookUp(destination.connection, dom.uuid);
  const definedThere =
    there && there.id < 0
      ? (
          await destination.connection.domainGetXmlDesc({
            dom: there,
            flags: XmlFlag.inactive | XmlFlag.secure,
          })
        ).xml
      : null;
  return {
    wasPaused: domain.state === 'paused',
    state: domain.state,
    persistent: domain.persistent,
    hosts: { source: source.host.uuid, destination: destination.host.uuid },
    versions: { source: source.host.libvirtVersion, destination: destination.host.libvirtVersion },
    definedThere,
  };
}
