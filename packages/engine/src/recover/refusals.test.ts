import { describe, expect, test } from 'vitest';
import { beginOperation } from '../migrate/operation.ts';
import { operationFindings } from '../preflight/operation.ts';
import { createEnv } from '../real-env.ts';
import { startFakeHost } from '../testing/fake-host.ts';
import {
  arrive,
  ghost,
  giveUp,
  HOST_UUIDS,
  hastyEnv,
  ID,
  type LeftOpen,
  leftOpen,
} from '../testing/left-open.ts';
import { attendanceOf } from './attendance.ts';
import { type RecoverOptions, recover } from './recover.ts';
import { survey } from './survey.ts';

const never = new AbortController().signal;

async function recovered({ env }: LeftOpen, options: Partial<RecoverOptions> = {}) {
  const recovering = recover(ID, { patienceMs: 1000, choice: null, hosts: [], ...options }, env, never);
  for (;;) {
    const step = await recovering.next();
    if (step.done) return step.value;
  }
}

describe('hosts', () => {
  test('a host that is another machine now is a clear error, and nothing is touched or chosen', async () => {
    const move = await leftOpen();
    const stranger = await startFakeHost('beta', 'fe440000-0000-4000-8000-00000000ffff');
    stranger.domain = { state: 1, reason: 1, job: 'none', persistent: true };
    const hosts = [stranger.ref];
    for (const choice of [null, 'source', 'destination'] as const) {
      await expect(recovered(move, { hosts, choice })).rejects.toMatchObject({
        code: 'identity',
        message: expect.stringContaining(`beta at ${stranger.ref.uri} is another machine`),
      });
    }
    await expect(survey(ID, { hosts, choice: null }, move.env)).rejects.toMatchObject({ code: 'identity' });
    expect([...move.source.acts, ...stranger.acts]).toEqual([]);
    expect((await move.env.journal.operation(ID))?.endedAtMs).toBeNull();
    expect((await move.env.journal.entries(ID)).some(({ step }) => step === 'choice')).toBe(false);
  });

  test('a host that has got a new address is found there', async () => {
    const move = await leftOpen();
    arrive(move);
    const moved = await startFakeHost('beta', HOST_UUIDS.destination);
    moved.domain = move.destination.domain;
    move.destination.domain = null;
    const { outcome } = await recovered(move, { hosts: [moved.ref] });
    expect(outcome.result).toBe('migrated');
  });
});

describe('a choice that would end the only running copy', () => {
  test.each([
    { choice: 'destination', end: giveUp, says: 'beta has no copy of the guest, and alpha runs it' },
    { choice: 'source', end: arrive, says: 'alpha has no copy of the guest, and beta runs it' },
  ] as const)('$choice', async ({ choice, end, says }) => {
    const move = await leftOpen();
    end(move);
    const refused = { code: 'choice', message: expect.stringContaining(says) };
    await expect(survey(ID, { hosts: [], choice }, move.env)).rejects.toMatchObject(refused);
    await expect(recovered(move, { choice })).rejects.toMatchObject(refused);
    expect([...move.source.acts, ...move.destination.acts]).toEqual([]);
    expect((await move.env.journal.entries(ID)).some(({ step }) => step === 'choice')).toBe(false);
  });

  test('a stopped copy may be ended: the guest may have ended on the chosen side', async () => {
    const move = await leftOpen();
    giveUp(move);
    move.source.domain = { state: 3, reason: 2, job: 'none', persistent: true };
    const seen = await survey(ID, { hosts: [], choice: 'destination' }, move.env);
    expect(seen.step.name).toBe('release-source');
  });
});

describe('a survey', () => {
  test('names the hosts, what they say and the next step, and touches nothing', async () => {
    const move = await leftOpen();
    expect(await survey(ID, { hosts: [], choice: null }, move.env)).toMatchObject({
      source: { name: 'alpha', says: 'running (booted), is sending it away, has a definition' },
      destination: {
        name: 'beta',
        says: 'paused (migration), waits for it to arrive, has no definition',
      },
      step: { name: 'follow', reason: 'alpha drives the move, and goes on' },
    });
    const chosen = await survey(ID, { hosts: [], choice: 'source' }, move.env);
    expect(chosen.step).toEqual({ name: 'cancel-destination', reason: 'the operator chose alpha' });
    expect([...move.source.acts, ...move.destination.acts]).toEqual([]);
    expect(await move.env.journal.operation(ID)).toMatchObject({ holding: { token: 1 } });
  });
});

describe('attendance', () => {
  const holding = { token: 1, holder: ghost, untilMs: 1000 };
  test.each([
    { holder: 'alive', nowMs: 900, is: 'running' },
    { holder: 'dead', nowMs: 900, is: 'left-open' },
    { holder: 'unknown', nowMs: 900, is: 'running' },
    { holder: 'unknown', nowMs: 1001, is: 'left-open' },
    { holder: 'alive', nowMs: 1001, is: 'left-open' },
    { holder: 'alive', nowMs: -60_000, is: 'left-open' },
  ] as const)('a holder that is $holder at $nowMs: $is', async ({ holder, nowMs, is }) => {
    const env = hastyEnv({ liveness: async () => holder, nowMs: () => nowMs, leaseMs: 15_000 });
    expect(await attendanceOf({ holding }, env)).toBe(is);
  });

  test('what somebody runs is neither recovered nor surveyed', async () => {
    const move = await leftOpen();
    const [operation] = await move.env.journal.operations({ open: true });
    await move.env.journal.renew(
      { operationId: ID, token: operation?.holding?.token ?? 0 },
      move.env.nowMs() + move.env.leaseMs,
    );
    const busy = { code: 'busy', message: expect.stringContaining('is being run by process 1 on m') };
    await expect(recovered(move)).rejects.toMatchObject(busy);
    await expect(survey(ID, { hosts: [], choice: null }, move.env)).rejects.toMatchObject(busy);
  });
});

describe('a domain whose last move is open', () => {
  test('is not moved, and preflight says so too: left open', async () => {
    const { env } = await leftOpen();
    const [open] = await env.journal.operations({ open: true });
    if (!open) throw new Error('nothing is open');
    const dom = { ...open.domain, id: 1 };
    await expect(beginOperation(open.request, 'b', dom, env)).rejects.toMatchObject({
      code: 'busy',
      message:
        'operation k3m8x2pq of web was left open, and nobody runs it; bring it to its end first, with: ferry recover k3m8x2pq',
    });
    expect(await operationFindings(dom, env)).toMatchObject([
      { id: 'operation.left-open', severity: 'blocker', fix: { command: 'ferry recover k3m8x2pq' } },
    ]);
  });

  test('is not moved, and preflight says so too: running', async () => {
    const { env } = await leftOpen();
    const [open] = await env.journal.operations({ open: true });
    if (!open) throw new Error('nothing is open');
    await env.journal.renew({ operationId: ID, token: 1 }, env.nowMs() + env.leaseMs);
    const dom = { ...open.domain, id: 1 };
    await expect(beginOperation(open.request, 'b', dom, env)).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining(
        'is being run by process 1 on m; follow it with: ferry watch k3m8x2pq',
      ),
    });
    expect(await operationFindings(dom, env)).toMatchObject([
      {
        id: 'operation.running',
        severity: 'blocker',
        fix: { command: 'follow it with: ferry watch k3m8x2pq' },
      },
    ]);
    expect(await operationFindings({ name: 'db', uuid: 'another' }, env)).toMatchObject([
      { id: 'operation.none', severity: 'pass' },
    ]);
  });
});

test('preflight says so where the journal cannot be read', async () => {
  const env = createEnv({ journalPath: '/proc/ferry/journal.db' });
  expect(await operationFindings({ name: 'web', uuid: 'u' }, env)).toMatchObject([
    { id: 'operation.journal', severity: 'blocker', evidence: expect.stringContaining('/proc/ferry') },
  ]);
});

describe('a story that this Ferry does not understand is not acted upon', () => {
  test.each([
    { kind: 'intent', step: 'teleport', data: {}, says: 'a step that this Ferry does not know' },
    { kind: 'result', step: 'teleport', data: { ok: true }, says: 'a step that this Ferry does not know' },
    { kind: 'result', step: 'perform', data: { ok: 'yes' }, says: 'its ok is not as it was written' },
    { kind: 'note', step: 'inventory', data: { wasPaused: 1 }, says: 'its wasPaused is not' },
    {
      kind: 'note',
      step: 'inventory',
      data: { wasPaused: false, hosts: { source: 1 }, definedThere: null },
      says: 'its hosts is not',
    },
    { kind: 'note', step: 'choice', data: { choice: 'both' }, says: 'its choice is not' },
    { kind: 'intent', step: 'begin', data: {}, says: 'its parameters is not' },
    {
      kind: 'intent',
      step: 'begin',
      data: {
        parameters: {
          sourceFlags: 1,
          destinationFlags: 1,
          params: [{ field: 'bandwidth', type: 'ullong', value: 'much' }],
        },
      },
      says: 'its parameters is not',
    },
    {
      kind: 'intent',
      step: 'create-volume',
      data: { created: { kind: 'volume', name: 'x' } },
      says: 'its created is not',
    },
    { kind: 'intent', step: 'limit-downtime', data: { fromMs: '300' }, says: 'its fromMs is not' },
  ] as const)('$kind $step $data', async ({ kind, step, data, says }) => {
    const move = await leftOpen({}, { more: [{ kind, step, data }] });
    await expect(recovered(move)).rejects.toMatchObject({
      code: 'journal',
      message: expect.stringContaining(says),
    });
    expect([...move.source.acts, ...move.destination.acts]).toEqual([]);
    // Another Ferry may understand it.
    expect(await move.env.journal.operation(ID)).toMatchObject({ endedAtMs: null, holding: { token: 1 } });
  });
});
