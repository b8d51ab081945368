import { createEnv, type Journal, type MoveRequest } from '@virt-ferry/engine';
import { journalPath } from '../config/paths.ts';
import type { FakeIo } from './fake-io.ts';
import { progress, request, web } from './samples.ts';

export const ID = 'k3m8x2pq';
export const LEASE = { operationId: ID, token: 1 };

/** Whoever held an operation: on no machine that can be seen from here. */
const elsewhere = { machine: 'ops-1', bootId: 'b', pidNamespace: 'p', pid: 4711, startTicks: 2 };

interface Journaled {
  /** `running`: its lease holds; `left-open`: it ran out. */
  readonly state?: 'running' | 'left-open';
  readonly id?: string;
  readonly domain?: { readonly name: string; readonly uuid: string };
  readonly request?: Partial<MoveRequest>;
  readonly more?: (journal: Journal) => Promise<void>;
}

/** A move in the journal, as another process would have written it. */
export async function journaled(
  io: FakeIo,
  { state = 'running', id = ID, domain = web, request: wishes = {}, more }: Journaled = {},
): Promise<void> {
  const env = createEnv({ journalPath: journalPath(io.env) });
  const startedAtMs = io.nowMs();
  const { journal } = env;
  const route = { source: 'alpha', destination: 'beta', request: { ...request(), ...wishes } };
  const untilMs = state === 'running' ? Date.now() + env.leaseMs : 0;
  const lease = await journal.begin(
    { id, kind: 'migrate', domain, ...route, startedAtMs },
    elsewhere,
    untilMs,
  );
  const append = (afterMs: number, kind: 'intent' | 'result' | 'note', step: string, data: object) =>
    journal.append(lease, [{ atMs: startedAtMs + afterMs, kind, step, data: { ...data } }]);
  await append(20, 'note', 'preflight', {
    verdict: 'ready',
    findings: [{ severity: 'pass', message: 'fine' }],
  });
  await append(30, 'intent', 'begin', {
    parameters: {
      sourceFlags: 281,
      destinationFlags: 25,
      params: [{ field: 'migrate_uri', type: 'string', value: 'tcp://b' }],
    },
  });
  await append(40, 'result', 'begin', { ok: false, refused: true, error: 'unsafe\nmove' });
  await append(41, 'note', 'notice', { message: 'tries again' });
  await append(50, 'intent', 'perform', { flags: 281, uri: 'tcp://b:49152' });
  await journal.setProgress(id, progress());
  await more?.(journal);
  await env.close();
}
