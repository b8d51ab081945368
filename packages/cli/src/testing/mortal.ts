import { createEnv, type Recovery } from '@virt-ferry/engine';
import { journalPath } from '../config/paths.ts';
import type { Engine } from '../engine.ts';
import type { FakeIo } from './fake-io.ts';
import { outcome } from './samples.ts';

/** Nobody waits long in a test. */
const WAIT_MAX_MS = 20;

/** All runs of the journal, the newest first. */
export async function runs(io: FakeIo) {
  const env = createEnv({ journalPath: journalPath(io.env) });
  try {
    return await env.journal.runs.runs({});
  } finally {
    await env.close();
  }
}

/** A Ferry that is killed at its nth write into a run's story: none of its writes arrives from then on. */
export function mortal(writes: number): Partial<Engine> {
  let left = writes;
  const dying = <A extends unknown[], T>(write: (...args: A) => Promise<T>) => {
    return async (...args: A) => {
      if (left-- <= 0) throw new Error('killed');
      return write(...args);
    };
  };
  return {
    createEnv(options) {
      const env = createEnv(options);
      return {
        ...env,
        delay: (ms, signal) => env.delay(Math.min(ms, WAIT_MAX_MS), signal),
        get journal() {
          const { runs: ledger, ...journal } = env.journal;
          const { begin, append, end } = ledger;
          return {
            ...journal,
            runs: { ...ledger, begin: dying(begin), append: dying(append), end: dying(end) },
          };
        },
      };
    },
  };
}

/** A later Ferry, to which the former is gone, and that finds each move that was left open to have succeeded. */
export function survivor(places: Map<string, string>): Partial<Engine> {
  return {
    createEnv: (options) => {
      const env = createEnv(options);
      return {
        ...env,
        delay: (ms, signal) => env.delay(Math.min(ms, WAIT_MAX_MS), signal),
        get journal() {
          return env.journal;
        },
        liveness: async () => 'dead',
      };
    },
    // biome-ignore lint/correctness/useYield: this recovery tells nothing of itself
    async *recover(id, _options, env) {
      const operation = await env.journal.operation(id);
      if (!operation?.holding) throw new Error(`${id} is not open`);
      places.set(operation.domain.name, operation.destination);
      const how = outcome({ operationId: id });
      await env.journal.end({ operationId: id, token: operation.holding.token }, how, env.nowMs());
      return { outcome: how, open: false, look: null } as unknown as Recovery;
    },
  };
}
