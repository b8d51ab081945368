import { setTimeout } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import { captureInHost } from '../exec.ts';
import { door } from '../full-machine/door.ts';
import { tryRun } from '../program.ts';
import { parseJson } from '../record/json-file.ts';
import { CONTROLLER, namespacePath } from '../topology/names.ts';
import { findGuest } from './registry.ts';
import { type GuestReport, reportSchema } from './report.ts';
import type { Guest, LoadRate } from './spec.ts';
import { consoleInHost } from './xml.ts';

export type Question = 'status' | 'verify' | 'reset' | `load ${LoadRate} ${LoadRate}`;

const ANSWER_S = 60;
const READY_MS = 60_000;
/** In a full machine, where one emulation may run in another. */
const READY_INSIDE_MS = 600_000;
/** There an answer takes its time: one that is waited for a second may never come. */
const ANSWER_INSIDE_S = 10;
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
  const guest = await findGuest(lab, name);
  const [readyMs, answerS] =
    (await door(lab, guest.host)) === null ? [READY_MS, 1] : [READY_INSIDE_MS, ANSWER_INSIDE_S];
  const until = performance.now() + readyMs;
  while (performance.now() < until) {
    const answer = await ask(lab, guest.address, 'status', answerS);
    if (answer !== null) return answer;
    await setTimeout(RETRY_MS);
  }
  const said = await lastWords(lab, guest);
  throw new LabError('timeout', `the guest ${name} did not come up within ${readyMs / 1000} s; ${said}`);
}

/** The end of what a guest wrote on its console, in one line. */
async function lastWords(lab: string, { name, host }: Guest): Promise<string> {
  const { stdout } = await captureInHost(lab, host, ['tail', '--bytes=4096', consoleInHost(name)]);
  return `its console ends with: ${stdout.trim().split('\n').at(-1)?.trim() || 'nothing'}`;
}

/** `null` if there is no answer, or one that was cut off. */
async function ask(
  lab: string,
  address: string,
  question: Question,
  seconds: number,
): Promise<GuestReport | null> {
  const enter = [`--net=${namespacePath(lab, CONTROLLER)}`, '--'];
  const nc = ['busybox', 'timeout', String(seconds), 'busybox', 'nc', '-w', String(seconds), address, '7000'];
  const { stdout } = await tryRun('nsenter', [...enter, ...nc], { input: `${Date.now()} ${question}\n` });
  return stdout.endsWith('\n')
    ? parseJson(stdout, reportSchema, `the answer of the guest at ${address}`)
    : null;
}
