/**
 * One round: a move, something that goes wrong at one place in it, recovery, and a look at what is left.
 *
 *   observer on ─► Ferry moves ─► it reaches the point ─► the fault ─► it goes on, or is dead ─► the fault ends
 *               ─► `ferry recover`, if the operation is open ─► who runs, what lies about, is the guest whole?
 */
import type { MoveRequest } from '@virt-ferry/engine';
import type { Guest } from '@virt-ferry/lab';
import { startObserver, type Undo } from '@virt-ferry/lab/faults';
import { copying } from './copying.ts';
import { type Fault, nothing } from './fault/fault.ts';
import { FerryProcess, type Said } from './ferry/ferry-process.ts';
import { openOperation } from './ferry/open-operation.ts';
import { isLeftOpen, type Recovered, recoverByCommand } from './ferry/recover-command.ts';
import { judge } from './judge/judge.ts';
import { takeSnapshot } from './judge/snapshot.ts';
import type { Call, Point } from './point.ts';
import type { RoundPlan, RoundResult } from './result.ts';
import { hostRef, otherHost, type Setting, type Stage } from './stage.ts';
import { VirshProcess } from './virsh/virsh-process.ts';
import type { Way } from './way.ts';
import { within } from './within.ts';

/** A stopped Ferry holds its operation no longer than this. */
const LEASE_MS = 1500;
/** A lost answer is lost after so long. */
const ANSWER_MS = 8000;
const A_WHILE_MS = 2000;
/** A move that takes longer hangs. */
const MOVE_MAX_MS = 150_000;

type MoverProcess = FerryProcess | VirshProcess;

export async function playRound(
  setting: Setting,
  plan: RoundPlan,
  point: Point,
  fault: Fault,
): Promise<RoundResult> {
  const { stage, guest, from } = setting;
  const startedMs = performance.now();
  const to = otherHost(from);
  const before = await takeSnapshot(stage);
  const observer = await startObserver(stage.lab, guest.name);
  const hostOf = ({ side }: Call) => (side === 'source' ? from : to);
  const procedure = point.next && { at: hostOf(point.next), number: point.next.number };
  const place = { stage, guest, way: plan.way, from, to, procedure };
  const takeDown = (await fault.setUp?.(place)) ?? nothing;
  const kept =
    point.message &&
    stage.proxies[hostOf(point.message)].rule({
      at: point.message.at,
      procedure: point.message.number,
      act: 'hold',
    });
  const mover =
    plan.tool === 'ferry'
      ? new FerryProcess(taskOf(setting, plan.way, point))
      : new VirshProcess(setting, plan.way);

  const there = kept?.hit ?? (mover instanceof FerryProcess && point.at !== null ? mover.reached : null);
  const met = await comesTo(there ?? copying(setting, mover.ended), mover);
  const atFault = await observer.now();
  const undo = met ? await fault.inject({ ...place, mover }) : nothing;
  kept?.release();
  if (mover instanceof FerryProcess) mover.goOn();
  let recovered: Recovered | null = null;
  if (met && fault.name === 'ferry-stopped') recovered = await recoverIfOpen(stage, guest);
  const said = await endOf(mover, fault, undo);
  await takeDown();

  if (plan.recoveryDiesAt !== null) await recoverAndDie(stage, guest, plan.recoveryDiesAt);
  recovered = (await recoverIfOpen(stage, guest)) ?? recovered;
  // What Ferry can't decide, the operator does: nobody runs the guest, so it is to be started anew on the source. A QEMU
  // that lacks memory for ever, which died with the source's, says that it runs.
  const half = fault.kills === 'source' && plan.way.method === 'post-copy' && isLeftOpen(recovered);
  const unclear = recovered !== null && (half || (await observer.now()).runners.length === 0);
  const chosen =
    unclear && (await recoverIfOpen(stage, guest, '--choose', 'source', '--yes')) ? 'source' : null;
  const evidence = { plan, fault, before, atFault, observer, recovered, said };
  const judgement = await judge(setting, evidence);
  const tookMs = Math.round(performance.now() - startedMs);
  const steps = mover instanceof FerryProcess ? mover.steps : [];
  return { plan, met, said: textOf(said), steps, recovered, chosen, ...judgement, tookMs };
}

function taskOf({ stage, guest, from }: Setting, way: Way, { at, passes }: Point) {
  const { drive, method, commit, disk } = way;
  const request: MoveRequest = {
    domain: guest.name,
    source: hostRef(stage, from),
    destination: hostRef(stage, otherHost(from)),
    maxDowntimeMs: 100,
    bandwidthBytesPerS: null,
    deadlineMs: null,
    sourceDefinition: 'remove',
    destinationDefinition: 'persistent',
    probe: { kind: 'none' },
    drive,
    method,
    commit,
    copyStorage: disk === 'local' ? 'all' : 'none',
  };
  const { journalPath } = stage;
  const patience = { leaseMs: LEASE_MS, answerMs: ANSWER_MS };
  return { journalPath, ...patience, stopAt: at, passes, work: { do: 'migrate', request } } as const;
}

/** Waits for the move's end, and ends the fault in its time. */
async function endOf(ferry: MoverProcess, fault: Fault, undo: Undo): Promise<Said> {
  if (fault.lasts === 'at-once' || fault.name === 'ferry-stopped') await undo();
  else if (fault.lasts === 'a-while') {
    await within(A_WHILE_MS, ferry.ended, null);
    await undo();
  }
  const said = await within(MOVE_MAX_MS, ferry.ended, null);
  if (said === null) await ferry.kill();
  await undo();
  return said ?? { said: 'error', message: `it did not end within ${MOVE_MAX_MS / 1000} s` };
}

async function recoverIfOpen(stage: Stage, guest: Guest, ...options: string[]): Promise<Recovered | null> {
  const id = await openOperation(stage, guest.uuid);
  return id === null ? null : recoverByCommand(stage, id, ...options);
}

/** Lets recovery die too, at its nth write. */
async function recoverAndDie(stage: Stage, guest: Guest, nth: number): Promise<void> {
  const operationId = await openOperation(stage, guest.uuid);
  if (operationId === null) return;
  const ferry = new FerryProcess({
    journalPath: stage.journalPath,
    leaseMs: LEASE_MS,
    answerMs: ANSWER_MS,
    stopAt: 'any',
    passes: nth,
    work: { do: 'recover', operationId },
  });
  if (await comesTo(ferry.reached, ferry)) await ferry.kill();
  await ferry.ended;
}

/** Whether it comes to a place before it ends. */
function comesTo(place: Promise<void>, { ended }: MoverProcess): Promise<boolean> {
  const comes = Promise.race([place.then(() => true), ended.then(() => false)]);
  return within(MOVE_MAX_MS, comes, false);
}

function textOf(said: Said): string {
  switch (said.said) {
    case 'outcome':
      return `${said.outcome.result}: ${said.outcome.reason}`;
    case 'error':
      return said.message;
    case 'killed':
      return 'killed';
    default:
      return said satisfies never;
  }
}
