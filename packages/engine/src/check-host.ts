import { type DomainRef, ListDomainsFlag, messageOf } from '@virt-ferry/libvirt';
import type { Env } from './env.ts';
import { readDomain } from './inventory/domain.ts';
import { EventQueue } from './migrate/event-queue.ts';
import { contextFor, readSides, type SidesContext } from './migrate/subject.ts';
import type { CheckReport, HostRef } from './model.ts';
import { findingsOf, type Texts, type Wishes } from './preflight/check.ts';
import { operationFindings } from './preflight/operation.ts';
import { preflight, withFindings } from './preflight/preflight.ts';
import { withBoth } from './with-connection.ts';

/** libvirt takes a handful of calls at a time from one client; more only wait in line. */
const AT_ONCE = 8;

export const domainTexts = {
  unreadable: { severity: 'warning', message: '{domain} could not be checked; it may have gone meanwhile' },
} as const satisfies Texts;

const found = findingsOf('domain', domainTexts);

/**
 * Runs preflight for every domain that runs on a host, as if each were to go to the other one, and tells of each when it
 * is checked. What all of them share is looked at once. Throws where it can't begin: no connection.
 */
export async function* checkHost(
  source: HostRef,
  destination: HostRef,
  wishes: Wishes,
  env: Env,
): AsyncGenerator<CheckReport, void> {
  const reports = new EventQueue<CheckReport>();
  const checking = withBoth(source, destination, env, async (from, to) => {
    const flags = ListDomainsFlag.active;
    const [sides, { domains }] = await Promise.all([
      readSides(from, to, env),
      from.monitor.connectListAllDomains({ needResults: true, flags }),
    ]);
    const waiting = domains.toSorted((a, b) => a.name.localeCompare(b.name));
    const work = async () => {
      for (let dom = waiting.shift(); dom; dom = waiting.shift())
        reports.push(await checkOne(dom, sides, wishes));
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    } finally {
      sides.shells.close();
    }
  }).finally(() => reports.end());
  // Awaited below, once the reports are told; until then a failure is not unhandled.
  checking.catch(() => undefined);
  yield* reports;
  await checking;
}

/** One domain that can't be read is no reason to say nothing of the others. */
async function checkOne(dom: DomainRef, sides: SidesContext, wishes: Wishes): Promise<CheckReport> {
  try {
    const [domain, operations] = await Promise.all([
      readDomain(sides.source.connection, dom),
      operationFindings(dom, sides.env),
    ]);
    return await preflight(await contextFor(sides, domain, dom, wishes), operations);
  } catch (error) {
    const named = {
      domain: { name: dom.name, uuid: dom.uuid },
      source: sides.source.host.ref.name,
      destination: sides.destination.host.ref.name,
    };
    return withFindings(named, [found('unreadable', { domain: dom.name }, messageOf(error))]);
  }
}
