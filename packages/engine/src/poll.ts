import type { Env } from './env.ts';

/** Asks every so often whether something is so; false if it isn't by the end. */
export async function poll(
  env: Env,
  { everyMs, forMs }: { readonly everyMs: number; readonly forMs: number },
  isSo: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const until = env.monotonicMs() + forMs;
  while (!(await isSo())) {
    if (env.monotonicMs() > until) return false;
    await env.delay(everyMs);
  }
  return true;
}
