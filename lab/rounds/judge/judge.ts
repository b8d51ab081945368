import { setTimeout } from 'node:timers/promises';
import { type Guest, queryGuest } from '@virt-ferry/lab';
import type { Now, Observation, Observer } from '@virt-ferry/lab/faults';
import type { Fault } from '../fault/fault.ts';
import type { Said } from '../ferry/ferry-process.ts';
import { openOperation } from '../ferry/open-operation.ts';
import type { Recovered } from '../ferry/recover-command.ts';
import type { End, RoundPlan, RoundResult, Trouble } from '../result.ts';
import { type HostName, hostNames, otherHost, type Setting, type Stage } from '../stage.ts';
import { litter } from './litter.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

const SETTLE_MS = 5000;
const LOOK_AGAIN_MS = 200;

/** What is known of a round when it is over. */
export interface Evidence {
  readonly plan: RoundPlan;
  readonly fault: Fault;
  readonly before: Snapshot;
  /** Who had the guest, and who ran it, when things went wrong. */
  readonly atFault: Now;
  readonly observer: Observer;
  readonly recovered: Recovered | null;
  readonly said: Said;
}

type Judgement = Pick<RoundResult, 'end' | 'twoRunnersMs' | 'twoRunnersAtMostMs' | 'noneMs' | 'wrong'>;

/** Who runs the guest, what lies about, and whether the guest is whole. */
export async function judge(setting: Setting, evidence: Evidence): Promise<Judgement> {
  const { stage, guest, from } = setting;
  const { observer, before, said } = evidence;
  const wrong: Trouble[] = [];
  const trouble = (kind: Trouble['kind'], text: string) => wrong.push({ kind, text });
  const runners = await runnersAtLast(observer);
  const [runner, ...others] = runners.map(({ host }) => nameOf(host));
  if (others.length > 0) trouble('two-runners', 'both hosts run the guest at the end');
  const end: End = runner === undefined ? 'lost' : runner === from ? 'source' : 'destination';
  if (end === 'lost' && !mayBeLost(setting, evidence))
    trouble('nobody-runs', 'nobody runs the guest at the end');
  const holder = runner ?? (await definedOn(stage, guest));
  wrong.push(...(await leftOver(stage, guest, holder, from, before)));
  const open = await openOperation(stage, guest.uuid);
  if (open !== null)
    trouble('still-open', `operation ${open} is still open: ${evidence.recovered?.said ?? ''}`);
  if (said.said === 'outcome' && open === null && evidence.recovered === null) {
    const claims = said.outcome.result === 'migrated' ? 'destination' : 'source';
    if (end !== 'lost' && claims !== end) trouble('wrong-claim', `Ferry says ${said.outcome.result}`);
  }
  if (runner !== undefined) wrong.push(...(await guestErrors(stage, guest)));
  const seen = await observer.stop();
  wrong.push(...observed(seen));
  const { twoRunnersMs, twoRunnersAtMostMs, noneMs } = seen;
  return { end, twoRunnersMs, twoRunnersAtMostMs, noneMs, wrong };
}

/** Who runs the guest when all has come to rest. */
async function runnersAtLast(observer: Observer) {
  const lateMs = performance.now() + SETTLE_MS;
  for (;;) {
    const { runners } = await observer.now();
    if (runners.length === 1 || performance.now() > lateMs) return runners;
    await setTimeout(LOOK_AGAIN_MS);
  }
}

function observed({ twoRunnersMs, problems }: Observation): Trouble[] {
  const text = `two runners for ${Math.round(twoRunnersMs)} ms`;
  const both: Trouble[] = twoRunnersMs > 0 ? [{ kind: 'two-runners', text }] : [];
  return [...both, ...problems.map((problem) => ({ kind: 'not-seen' as const, text: problem }))];
}

/** The guest's memory goes with the QEMU that ran it; after post-copy began, with either. */
function mayBeLost({ from }: Setting, { fault, plan, atFault }: Evidence): boolean {
  const killed = fault.kills === 'source' ? from : otherHost(from);
  const { runners, qemus } = atFault;
  const nobodyRan = runners.length === 0;
  // libvirt ends a QEMU that was not told to start the guest, whatever it holds, when it starts again or the connection
  // of its client breaks; and one that loses its link before it has the state of the devices ends by itself. That begins
  // when post-copy was asked for, which can't be taken back, and not only when the source stops.
  const spread = plan.way.method === 'post-copy' && (nobodyRan || asked.test(plan.point));
  const { drive } = plan.way;
  if (spread && (endsDestination.test(fault.name) || endsPeers.test(`${drive} ${fault.name}`))) return true;
  if (fault.kills === undefined) return false;
  // By the time that a QEMU dies the guest may have been handed over, whoever ran it a moment before.
  if (plan.way.method === 'post-copy' && asked.test(plan.point)) return true;
  if (runners.some(({ host }) => host === killed)) return true;
  if (plan.way.method === 'post-copy' && !runners.some(({ host }) => host === from)) return true;
  return nobodyRan && qemus.every(({ host }) => host === killed);
}

const asked = /^after start-post-copy/;
const endsDestination =
  /^(destination-(libvirtd-killed|reset)|ferry-and-destination-libvirtd-killed|all-daemons-killed|link-reset|call-cut)$/;
/** Where the source drives, its libvirtd is the destination's client. */
const endsPeers = /^p2p (ferry-and-)?source-libvirtd-killed$/;

/** libvirt needs a moment to clear up after a QEMU that is gone. */
async function leftOver(
  stage: Stage,
  guest: Guest,
  holder: HostName | null,
  from: HostName,
  before: Snapshot,
): Promise<Trouble[]> {
  const lateMs = performance.now() + SETTLE_MS;
  for (;;) {
    const left = litter(guest, holder, from, before, await takeSnapshot(stage));
    if (left.length === 0 || performance.now() > lateMs) return left;
    await setTimeout(LOOK_AGAIN_MS);
  }
}

async function definedOn(stage: Stage, guest: Guest): Promise<HostName | null> {
  const snapshot = await takeSnapshot(stage);
  return hostNames.find((host) => snapshot[host].includes(`domain ${guest.name}`)) ?? null;
}

async function guestErrors({ lab }: Stage, guest: Guest): Promise<Trouble[]> {
  try {
    const { memory, disk } = await queryGuest(lab, guest.name, 'verify');
    const errors = memory.errors + disk.errors;
    const text = `the guest found ${errors} errors in its memory and on its disk`;
    return errors === 0 ? [] : [{ kind: 'damaged', text }];
  } catch (error) {
    return [{ kind: 'damaged', text: error instanceof Error ? error.message : String(error) }];
  }
}

function nameOf(host: string): HostName {
  return host === 'alpha' ? 'alpha' : 'beta';
}
