import { setTimeout } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import { tryRun } from '../program.ts';
import { CONTROLLER, namespacePath } from '../topology/names.ts';
import { findGuest } from './registry.ts';

/** One thing that the workload rewrites and verifies. */
export interface StoreReport {
  readonly bytes: number;
  readonly rateBytesPerS: number;
  readonly bytesWritten: number;
  readonly passes: number;
  readonly unitsVerified: number;
  /** Units that did not hold what was last written to them. */
  readonly errors: number;
}

/** What a guest's workload says of itself: see lab/image/workload.c. */
export interface GuestReport {
  readonly uptimeS: number;
  /** The guest's wall clock. */
  readonly clockMs: number;
  readonly memory: StoreReport;
  readonly disk: StoreReport;
  /** The longest gap that the guest saw in its own clock. */
  readonly worstStallMs: number;
  /**
   * How far the guest's clock fell behind ours since the last `reset`: the time it stood still. Under TCG a paused
   * guest's clock stands still too, so a pause shows here and not among the stalls. `null` before the first reset.
   */
  readonly lostMs: number | null;
  readonly stalls: readonly { readonly atS: number; readonly ms: number }[];
}

export type Question = 'status' | 'verify' | 'reset' | `load ${number} ${number}`;

const ANSWER_S = 60;
const READY_MS = 60_000;
const RETRY_MS = 100;

/** Asks a guest's workload, from the controller's place in the network. */
export async function queryGuest(lab: string, name: string, question: Question): Promise<GuestReport> {
  const { address } = await findGuest(lab, name);
  const answer = await ask(lab, address, question, ANSWER_S);
  if (answer === null) throw new LabError('timeout', `the guest ${name} does not answer at ${address}`);
  return answer;
}

/** Waits until a guest's workload answers. */
export async function guestReady(lab: string, name: string): Promise<GuestReport> {
  const { address } = await findGuest(lab, name);
  const until = performance.now() + READY_MS;
  while (performance.now() < until) {
    const answer = await ask(lab, address, 'status', 1);
    if (answer !== null) return answer;
    await setTimeout(RETRY_MS);
  }
  throw new LabError('timeout', `the guest ${name} did not come up within ${READY_MS / 1000} s`);
}

async function ask(
  lab: string,
  address: string,
  question: Question,
  seconds: number,
): Promise<GuestReport | null> {
  const enter = [`--net=${namespacePath(lab, CONTROLLER)}`, '--'];
  const nc = ['busybox', 'timeout', String(seconds), 'busybox', 'nc', '-w', String(seconds), address, '7000'];
  const { stdout } = await tryRun('nsenter', [...enter, ...nc], `${Date.now()} ${question}\n`);
  return stdout.startsWith('{') ? (JSON.parse(stdout) as GuestReport) : null;
}
