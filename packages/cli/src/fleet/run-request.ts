import { EngineError, type HostRef, type Run } from '@virt-ferry/engine';
import type { Plan, PlanRequest } from '@virt-ferry/fleet';

/** What a roll is asked to do. */
export interface RollRequest {
  readonly goal: 'roll';
  /** In the order in which they are rolled. */
  readonly hosts: readonly string[];
  /** The user's own words for a shell: on each host, or here. */
  readonly command: string;
  readonly where: 'host' | 'here';
  /** So many hosts at once. */
  readonly batch: number;
  /** How long a host may take to come back. */
  readonly waitMs: number;
}

/** What is wanted of hosts that are there; kept in the journal as it is. */
export type RunRequest = (PlanRequest | RollRequest) & {
  readonly seed: number;
  /** To be carried out as it stands. */
  readonly saved?: Plan;
};

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);

const forms: Readonly<Record<RunRequest['goal'], (request: Run['request']) => boolean>> = {
  evacuate: ({ hosts }) => isTexts(hosts),
  restore: ({ former }) =>
    Array.isArray(former) &&
    former.every((one) => isTexts(Object.values(one ?? {})) && 'domain' in one && 'host' in one),
  balance: ({ threshold, leastGain }) => isNumber(threshold) && isNumber(leastGain),
  consolidate: ({ headroom, surviveOne }) => isNumber(headroom) && typeof surviveOne === 'boolean',
  roll: ({ hosts, command, where, batch, waitMs }) =>
    isTexts(hosts) &&
    typeof command === 'string' &&
    (where === 'host' || where === 'here') &&
    isNumber(batch) &&
    isNumber(waitMs),
};

/** What a run was asked to do. Throws an EngineError, `journal`, where this Ferry can't read it. */
export function requestOf({ id, goal, request }: Run): RunRequest {
  if (request.goal !== goal || !isNumber(request.seed) || !forms[goal](request))
    throw new EngineError(
      'journal',
      `run ${id} in the journal is damaged: its request is not as it was written`,
    );
  return request as unknown as RunRequest;
}

/** In a few words: `evacuate alpha`. */
export function requestText({ goal, request }: Pick<Run, 'goal' | 'request'>): string {
  return isTexts(request.hosts) ? `${goal} ${request.hosts.join(' ')}` : goal;
}

/** Whether two ask for the same. */
export function isSameRequest(one: object, other: object): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => [name, sorted(one)]);
}

/** The host of that name. */
export function hostNamed(hosts: readonly HostRef[], name: string): HostRef {
  const found = hosts.find((one) => one.name === name);
  if (found === undefined) throw new EngineError('journal', `${name} is none of the hosts of this run`);
  return found;
}
