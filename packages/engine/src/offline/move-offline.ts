/**
 * Moves one domain that is shut off, with its disks. libvirt's own offline migration moves the definition alone.
 *
 *   inventory ─► preflight ─► send ─► compare ─► define there ─► undefine here
 *                   │       the source has it; all that fails is taken back  │ the destination has it
 *                blocked
 *
 * libvirt has no lock that keeps a domain from being started, so the source is looked at again and again; where it was
 * started or changed meanwhile, all is taken back. Failures are settled as a crash at that place would be.
 */
import { DefineFlag, DomainState, UndefineFlag, XmlFlag } from '@virt-ferry/libvirt';
import { EngineError } from '../errors.ts';
import { blockedBy, notBegun } from '../migrate/not-begun.ts';
import type { Ending, Move } from '../migrate/operation.ts';
import { settleMove } from '../migrate/settle-move.ts';
import { leaveDisks, noteCopied } from '../migrate/source-disks.ts';
import { removePools } from '../migrate/storage.ts';
import { factsFor } from '../migrate/subject.ts';
import type { CheckReport } from '../model.ts';
import type { CheckContext } from '../preflight/check.ts';
import { translateXml } from '../translate/xml.ts';
import { readOfflineContext } from './context.ts';
import { offlinePreflight } from './offline-check.ts';
import { compareSent, sendDisks } from './send-disks.ts';

export async function moveOffline(move: Move): Promise<Ending> {
  const { abort } = move;
  let ready: Ready;
  try {
    ready = await getReady(move);
  } catch (error) {
    return notBegun(error);
  }
  const { report, context } = ready;
  if (report.verdict === 'blocked') return blockedBy(report);
  if (abort.requested) return { result: 'aborted', reason: abort.reason };
  try {
    await bringOver(move, ready);
  } catch (error) {
    return leaveDisks(move, context, await settleMove(move, error));
  }
  return leaveDisks(move, context, { result: 'migrated', reason: '' });
}

interface Ready {
  readonly context: CheckContext;
  readonly report: CheckReport;
  readonly xml: string;
  readonly autostart: boolean;
}

async function getReady(move: Move): Promise<Ready> {
  const { request, env, story, from, to, dom } = move;
  story.emit({ type: 'phase', phase: 'inventory' });
  const context = await readOfflineContext(from, to, dom, request, env);
  try {
    const { autostart } = await from.monitor.domainGetAutostart({ dom });
    await story.note('inventory', { ...(await factsFor(context)), autostart });
    story.emit({ type: 'phase', phase: 'preflight' });
    const report = await offlinePreflight(context);
    await story.note('preflight', { verdict: report.verdict, findings: report.findings });
    story.emit({ type: 'checked', report });
    const xml = await definitionOf(move);
    return { context, report, autostart, xml };
  } finally {
    context.shells.close();
  }
}

async function bringOver(move: Move, { context, xml, autostart }: Ready): Promise<void> {
  const { request, story, from, to, dom, abort } = move;
  const lookAtSource = () => expectUntouched(move, xml);
  story.emit({ type: 'phase', phase: 'send' });
  const sent = await sendDisks(move, context, lookAtSource);
  story.emit({ type: 'phase', phase: 'compare' });
  await compareSent(sent, context, abort);
  await noteCopied(await context.storagePlan(), story);
  await lookAtSource();
  abort.throwIfRequested();
  story.emit({ type: 'phase', phase: 'define' });
  const there = await story.act('define-destination', {}, () =>
    to.monitor.domainDefineXmlFlags({
      xml: translateXml(xml, context.names).xml,
      flags: DefineFlag.validate,
    }),
  );
  if (request.sourceDefinition === 'remove') {
    await lookAtSource();
    // From here on the destination has the domain.
    await story.act('undefine-source', {}, () =>
      from.monitor.domainUndefineFlags({ dom, flags: UndefineFlag.keepNvram }),
    );
  }
  story.emit({ type: 'owner', owner: 'destination' });
  if (autostart) {
    await story.act('set-autostart', {}, () =>
      to.monitor.domainSetAutostart({ dom: there.dom, autostart: true }),
    );
  }
  await removePools(move);
}

function definitionOf({ from, dom }: Move): Promise<string> {
  const flags = XmlFlag.inactive | XmlFlag.secure;
  return from.monitor.domainGetXmlDesc({ dom, flags }).then(({ xml }) => xml);
}

/** Throws an EngineError, `changed`, where the domain was started on the source, or is defined otherwise now. */
async function expectUntouched(move: Move, xml: string): Promise<void> {
  const { from, dom } = move;
  const { state } = await from.monitor.domainGetState({ dom, flags: 0 });
  if (state !== DomainState.shutoff)
    throw new EngineError('changed', `${dom.name} was started on ${from.ref.name} while it was moved`);
  if ((await definitionOf(move)) !== xml)
    throw new EngineError('changed', `${dom.name} was changed on ${from.ref.name} while it was moved`);
}
