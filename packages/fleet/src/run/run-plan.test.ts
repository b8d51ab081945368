import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan, PlannedMove } from '../plan.ts';
import { type Ended, runPlan } from './run-plan.ts';

function planned(id: string, from: string, to: string, startS: number, endS: number, after: string[] = []) {
  return { id, domain: `domain of ${id}`, from, to, after, startS, endS, bytes: 1, reason: '' };
}

function planOf(...moves: PlannedMove[]): Plan {
  const score = { name: '', before: 0, after: 0 };
  return { goal: 'evacuate', moves, makespanS: 0, lowerBoundS: 0, unplaced: [], score, notes: [] };
}

/** Moves that end when they are told to. */
function running(plan: Plan, signal = new AbortController().signal) {
  const going = new Map<string, (how: Ended) => void>();
  const done = runPlan(plan, {
    move: ({ id }) => new Promise((resolve) => going.set(id, resolve)),
    onEnd: ({ id }) => going.delete(id),
    signal,
  });
  const end = async (id: string, result: Ended['result'] = 'moved') => {
    going.get(id)?.({ result, reason: '' });
    // What follows from it happens in microtasks.
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { now: () => [...going.keys()].sort(), end, done };
}

test('moves on other links go at once, those on one link as the plan has them', async () => {
  const { now, end } = running(
    planOf(
      planned('m1', 'a', 'b', 0, 5),
      planned('m2', 'c', 'd', 0, 5),
      planned('m3', 'a', 'e', 5, 9),
      planned('m4', 'a', 'f', 6, 9),
    ),
  );
  expect(now()).toEqual(['m1', 'm2']);
  await end('m2');
  expect(now()).toEqual(['m1']);
  await end('m1', 'failed');
  expect(now()).toEqual(['m3', 'm4']);
});

test('where room was not made, what needed it is skipped, and all else goes on', async () => {
  const { now, end, done } = running(
    planOf(
      planned('m1', 'b', 'c', 0, 5),
      planned('m2', 'a', 'b', 5, 9, ['m1']),
      planned('m3', 'd', 'e', 5, 9, ['m2']),
      planned('m4', 'f', 'g', 0, 9),
    ),
  );
  await end('m1', 'failed');
  expect(now()).toEqual(['m4']);
  await end('m4');
  expect([...(await done)].map(([id, { result }]) => `${id} ${result}`).sort()).toEqual([
    'm1 failed',
    'm2 skipped',
    'm3 skipped',
    'm4 moved',
  ]);
});

test('stopped, it starts nothing more, and waits for what runs', async () => {
  const stop = new AbortController();
  const { now, end, done } = running(
    planOf(planned('m1', 'a', 'b', 0, 5), planned('m2', 'a', 'c', 5, 9)),
    stop.signal,
  );
  stop.abort();
  expect(now()).toEqual(['m1']);
  await end('m1');
  expect((await done).get('m1')).toMatchObject({ result: 'moved' });
  expect((await done).get('m2')).toMatchObject({ result: 'skipped' });
});

test('a move that throws has failed', async () => {
  const move = () => Promise.reject(new Error('beta is away'));
  const ended = await runPlan(planOf(planned('m1', 'a', 'b', 0, 1)), {
    move,
    signal: new AbortController().signal,
  });
  expect(ended.get('m1')).toEqual({ result: 'failed', reason: 'beta is away' });
});

test('whatever happens, each move ends once, after what it waits for', async () => {
  const moves = fc.array(
    fc.record({
      from: fc.nat(3),
      to: fc.nat(3),
      at: fc.nat(20),
      lasts: fc.integer({ min: 1, max: 9 }),
      waits: fc.nat(5),
      fails: fc.boolean(),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(moves, async (drawn) => {
      const inOrder = drawn.toSorted((one, other) => one.at - other.at);
      const plan = planOf(
        ...inOrder.map(({ from, to, at, lasts, waits }, index) =>
          planned(`m${index}`, `h${from}`, `g${to}`, at, at + lasts, waits < index ? [`m${waits}`] : []),
        ),
      );
      const order: string[] = [];
      const ended = await runPlan(plan, {
        move: async ({ id }) => {
          for (const before of plan.moves.find((one) => one.id === id)?.after ?? [])
            expect(order).toContain(before);
          return { result: inOrder[Number(id.slice(1))]?.fails ? 'failed' : 'moved', reason: '' };
        },
        onEnd: ({ id }) => order.push(id),
        signal: new AbortController().signal,
      });
      expect(ended.size).toBe(plan.moves.length);
      expect(new Set(order).size).toBe(plan.moves.length);
    }),
  );
});
