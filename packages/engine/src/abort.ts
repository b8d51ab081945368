import type { Env } from './env.ts';

/** Asks whoever runs an operation to abort it: they look into the journal several times a second. */
export async function requestAbort(
  operationId: string,
  env: Env,
): Promise<'requested' | 'not-open' | 'unknown'> {
  if (await env.journal.requestAbort(operationId)) return 'requested';
  return (await env.journal.operation(operationId)) ? 'not-open' : 'unknown';
}
