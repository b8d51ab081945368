import { setTimeout } from 'node:timers/promises';

/** What a promise resolves to, or `late` if it takes longer. */
export async function within<T, L>(ms: number, promise: Promise<T>, late: L): Promise<T | L> {
  const over = new AbortController();
  // Given up, it rejects, and nobody hears it.
  const timer = setTimeout(ms, late, { signal: over.signal });
  timer.catch(() => undefined);
  try {
    return await Promise.race([promise, timer]);
  } finally {
    over.abort();
  }
}
