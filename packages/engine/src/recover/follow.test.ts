import { param } from '@virt-ferry/libvirt';
import { describe, expect, test } from 'vitest';
import type { MoveEvent } from '../model.ts';
import { arrive, giveUp, ID, type LeftOpen, leftOpen } from '../testing/left-open.ts';
import { type Recovery, recover } from './recover.ts';

async function recovered(
  { env }: LeftOpen,
  signal = new AbortController().signal,
): Promise<Recovery & { readonly events: MoveEvent[] }> {
  const events: MoveEvent[] = [];
  const recovering = recover(ID, { patienceMs: 2000, choice: null, hosts: [] }, env, signal);
  for (;;) {
    const step = await recovering.next();
    if (step.done) return { ...step.value, events };
    events.push(step.value);
  }
}

const stats = (pass: number) => [
  param.ullong('memory_total', 512n),
  param.ullong('memory_remaining', 64n),
  param.ullong('memory_iteration', BigInt(pass)),
];

/** Something happens once the job has been looked at so often. */
function afterSamples(one: LeftOpen, count: number, what: () => void): void {
  let samples = 0;
  one.source.onSample = () => {
    samples++;
    if (samples === count) what();
  };
}

describe('a move that the source drives, taken up by another Ferry', () => {
  test('is followed to its end, and its cost is what the destination counted', async () => {
    const move = await leftOpen();
    move.source.jobStats = stats(3);
    move.destination.completedStats = [
      param.ullong('downtime', 63n),
      param.ullong('data_processed', 4096n),
      param.ullong('memory_iteration', 7n),
    ];
    afterSamples(move, 3, () => arrive(move));
    const { outcome, open, events } = await recovered(move);
    expect(outcome).toMatchObject({
      result: 'migrated',
      reason: '',
      downtimeMs: 63,
      bytesTransferred: 4096,
      iterations: 7,
      blackoutMs: null,
    });
    expect(open).toBe(false);
    expect(outcome.totalMs).toBeGreaterThanOrEqual(1000);
    expect(events).toContainEqual(expect.objectContaining({ type: 'progress', iteration: 3 }));
    expect(events.at(-1)).toEqual({ type: 'phase', phase: 'verify' });
    expect((await move.env.journal.operation(ID))?.outcome).toEqual(outcome);
    expect([...move.source.acts, ...move.destination.acts]).toEqual([]);
  });

  test('is aborted when the user asks for it', async () => {
    const move = await leftOpen();
    move.source.onAct = () => giveUp(move);
    afterSamples(move, 2, () => void move.env.journal.requestAbort(ID));
    const { outcome, open } = await recovered(move);
    expect(move.source.acts).toEqual(['abort-job']);
    expect({ result: outcome.result, open }).toEqual({ result: 'aborted', open: false });
    expect(outcome.reason).toBe('aborted: asked for by ferry abort; the domain is safe on alpha');
  });

  test.each([
    { deadline: 'has passed already', deadlineMs: 5000, startedAgoMs: 60_000 },
    { deadline: 'passes meanwhile', deadlineMs: 5000, startedAgoMs: 4000 },
  ])('is aborted when its deadline $deadline', async ({ deadlineMs, startedAgoMs }) => {
    const move = await leftOpen({ deadlineMs }, { startedAgoMs });
    move.source.onAct = () => giveUp(move);
    const { outcome } = await recovered(move);
    expect(move.source.acts).toEqual(['abort-job']);
    expect(outcome).toMatchObject({ result: 'aborted' });
    expect(outcome.reason).toContain('the deadline of 5 s has passed');
  });

  test('a deadline that passed after the move had failed by itself has aborted nothing', async () => {
    const move = await leftOpen({ deadlineMs: 5000 }, { startedAgoMs: 60_000 });
    giveUp(move);
    const { outcome } = await recovered(move);
    expect(outcome).toMatchObject({ result: 'rolled-back', reason: 'the domain is safe on alpha' });
    expect(move.source.acts).toEqual([]);
  });

  test('goes on when whoever recovers it leaves', async () => {
    const move = await leftOpen();
    const leaving = new AbortController();
    afterSamples(move, 2, () => leaving.abort());
    const { outcome, open, look } = await recovered(move, leaving.signal);
    expect({ result: outcome.result, open, look }).toEqual({ result: 'uncertain', open: true, look: null });
    expect(outcome.reason).toBe('alpha drives the move, and goes on');
    expect([...move.source.acts, ...move.destination.acts]).toEqual([]);
    expect(await move.env.journal.operation(ID)).toMatchObject({ endedAtMs: null, abortRequested: false });
  });
});

describe('steering', () => {
  const chosen = {
    kind: 'note',
    step: 'strategy',
    data: {
      ...{ differences: null, compression: null, holdBack: { kind: 'none' } },
      ...{ limits: { maxMs: 300, firstMs: 30 }, reasons: [], rejected: [] },
    },
  } as const;
  const raised = (toMs: number) =>
    [
      { kind: 'intent', step: 'limit-downtime', data: { fromMs: 30, toMs } },
      { kind: 'result', step: 'limit-downtime', data: { ok: true } },
    ] as const;
  // 20 MB, over a path of which nothing is known: 171 ms, and no sign that it gets less.
  const remains = [
    param.ullong('memory_total', 512_000_000n),
    param.ullong('memory_remaining', 20_000_000n),
    param.ullong('memory_iteration', 5n),
  ];

  test.each([
    { what: 'goes on', more: [chosen], limits: [214] },
    { what: 'goes on from where it was', more: [chosen, ...raised(250)], limits: [] },
    { what: 'is left alone, where nothing had been chosen', more: [], limits: [] },
  ] as const)('$what', async ({ more, limits }) => {
    const move = await leftOpen({}, { more });
    move.source.jobStats = remains;
    afterSamples(move, 3, () => arrive(move));
    const { outcome, events } = await recovered(move);
    expect(outcome.result).toBe('migrated');
    const entries = await move.env.journal.entries(ID);
    const set = entries.slice(more.length).flatMap(({ kind, step, data }) => {
      return kind === 'intent' && step === 'limit-downtime' && 'reason' in data ? [data.toMs] : [];
    });
    expect(set).toEqual(limits);
    expect(events.some(({ type }) => type === 'control')).toBe(limits.length > 0);
  });
});

describe('post-copy', () => {
  test.each([
    { pass: 1, told: 'not in the first pass', more: [], acts: [] },
    { pass: 2, told: 'in the second', more: [], acts: ['start-post-copy'] },
    { pass: 5, told: 'late, where nobody did', more: [], acts: ['start-post-copy'] },
    {
      pass: 5,
      told: 'not again, where it was started',
      more: [
        { kind: 'intent', step: 'start-post-copy', data: { pass: 2 } },
        { kind: 'result', step: 'start-post-copy', data: { ok: true } },
      ] as const,
      acts: [],
    },
    {
      pass: 5,
      told: 'again, where the answer was lost',
      more: [{ kind: 'intent', step: 'start-post-copy', data: { pass: 2 } }] as const,
      acts: ['start-post-copy'],
    },
  ])('is started $told', async ({ pass, more, acts }) => {
    const move = await leftOpen({ method: 'post-copy' }, { more });
    move.source.jobStats = stats(pass);
    afterSamples(move, 3, () => arrive(move));
    expect((await recovered(move)).outcome.result).toBe('migrated');
    expect(move.source.acts).toEqual(acts);
  });

  test('is not started for a pre-copy', async () => {
    const move = await leftOpen();
    move.source.jobStats = stats(9);
    afterSamples(move, 3, () => arrive(move));
    await recovered(move);
    expect(move.source.acts).toEqual([]);
  });
});
