import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import { hostRoot } from '../host/enter.ts';
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
  const until = performance.now() + READY_MS;
  while (performance.now() < until) {
    const answer = await ask(lab, guest.address, 'status', 1);
    if (answer !== null) return answer;
    await setTimeout(RETRY_MS);
  }
  const said = await lastWords(lab, guest);
  throw new LabError('timeout', `the guest ${name} did not come up within ${READY_MS / 1000} s; ${said}`);
}

/** The end of what a guest wrote on its console, in one line. */
async function lastWords(lab: string, { name, host }: Guest): Promise<string> {
  const path = `${await hostRoot(lab, host)}${consoleInHost(name)}`;
  const text = await readFile(path, 'latin1').catch(() => '');
  return `its console ends with: ${text.trim().split('\n').at(-1)?.trim() || 'nothing'}`;
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
