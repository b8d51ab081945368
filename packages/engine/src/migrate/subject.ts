import { type DomainRef, XmlFlag } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import { shellsOf } from '../host-shell/shells.ts';
import { lookUp, readDomain } from '../inventory/domain.ts';
import { readHostFrom } from '../inventory/host.ts';
import type { Domain, HostRef } from '../model.ts';
import type { CheckContext, Side, Wishes } from '../preflight/check.ts';
import { postCopyRefusal } from '../preflight/checks/allowed-post-copy.ts';
import { directoryViewer } from '../storage/directory.ts';
import { longReading } from '../storage/long-reading.ts';
import { planStorage, type StoragePlan } from '../storage/plan.ts';
import { proveSharedDirectory, type SharedProof } from '../storage/shared.ts';
import { readNames } from '../translate/read.ts';
import type { Reached } from '../with-connection.ts';

/** Looks a domain up on a host, or says that it isn't there. */
export async function lookUpOn(
  link: Pick<Reached, 'monitor' | 'ref'>,
  nameOrUuid: string,
): Promise<DomainRef> {
  const dom = await lookUp(link.monitor, nameOrUuid);
  if (!dom) throw noDomain(nameOrUuid, link.ref);
  return dom;
}

function noDomain(nameOrUuid: string, host: HostRef): EngineError {
  return new EngineError('no-domain', `no domain ${nameOrUuid} on ${host.name}; see: ferry list`);
}

/** What preflight looks at of both hosts, whichever domain is to be moved between them. */
export type SidesContext = Omit<
  CheckContext,
  'domain' | 'dom' | 'wishes' | 'storagePlan' | 'longReading' | 'names' | 'proveShared'
> & {
  /** Whether both hosts see the same directory, which may have another path on the destination; probed once. */
  readonly proveShared: (directory: string, there?: string) => Promise<SharedProof>;
};

/** Reads all that preflight looks at; `complete` adds what the domain's description leaves out. */
export async function readContext(
  from: Reached,
  to: Reached,
  dom: DomainRef,
  wishes: Wishes,
  env: Env,
  complete: (domain: Domain, source: Side) => Promise<Domain> = async (domain) => domain,
): Promise<CheckContext> {
  const [domain, sides] = await Promise.all([readDomain(from.monitor, dom), readSides(from, to, env)]);
  return contextFor(sides, await complete(domain, sides.source), dom, wishes);
}

/** What preflight looks at for one domain. Its method is the one that the move has between these hosts. */
export async function contextFor(
  sides: SidesContext,
  domain: Domain,
  dom: DomainRef,
  wishes: Wishes,
): Promise<CheckContext> {
  const names = await readNames(wishes.changes, domain, sides.destination.connection, sides.proveShared);
  let plan: Promise<StoragePlan> | undefined;
  const asked: CheckContext = {
    ...sides,
    ...{ domain, dom, wishes, names, longReading: longReading() },
    proveShared: (directory) => sides.proveShared(directory, names.path(directory)),
    storagePlan() {
      plan ??= planStorage(asked);
      return plan;
    },
  };
  // Settled before, where it has another method by now.
  const allowed = wishes.postCopy === 'when-needed' && wishes.method === 'post-copy';
  const without = allowed && (await postCopyRefusal(asked)) !== null;
  return without ? { ...asked, wishes: { ...wishes, method: 'pre-copy' } } : asked;
}

/** Reads both hosts. */
export async function readSides(from: Reached, to: Reached, env: Env): Promise<SidesContext> {
  const [source, destination] = await Promise.all([
    readHostFrom(from.monitor, from.ref),
    readHostFrom(to.monitor, to.ref),
  ]);
  const proofs = new Map<string, Promise<SharedProof>>();
  return {
    source: { host: source, connection: from.monitor, view: directoryViewer(from.monitor, env) },
    destination: { host: destination, connection: to.monitor, view: directoryViewer(to.monitor, env) },
    proveShared(directory, there = directory) {
      const pair = JSON.stringify([directory, there]);
      const proof =
        proofs.get(pair) ?? proveSharedDirectory({ directory, there }, from.monitor, to.monitor, env);
      proofs.set(pair, proof);
      return proof;
    },
    shells: shellsOf(from.shell, to.shell),
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
