import type { Env } from '../env.ts';
import { explain } from '../known-errors/known-error.ts';
import type { Finding, MoveRequest, Outcome } from '../model.ts';
import { findingsOf, type Texts } from '../preflight/check.ts';
import { REHEARSED } from './abort-request.ts';
import { migrate } from './migrate.ts';

/** libvirt's least. The guest's memory would take minutes, of which a rehearsal lasts a moment. */
const SLOWEST_BYTES_PER_S = 1024 ** 2;

export const rehearsalTexts = {
  refused: { severity: 'blocker', message: 'the rehearsal failed: {why}' },
  explained: { severity: 'blocker', message: 'the rehearsal failed: {means}', remedy: '{remedy}' },
  'left-open': {
    severity: 'blocker',
    message: 'the rehearsal left something behind on {here} or {there}',
    remedy: 'ferry recover {id}',
  },
  stopped: { severity: 'notice', message: 'the rehearsal was stopped before it showed anything' },
  passed: {
    severity: 'pass',
    message: "{there}'s own QEMU took the configuration of {domain}, and {here} reached it",
  },
} as const satisfies Texts;

const found = findingsOf('rehearsal', rehearsalTexts);

/**
 * Begins to move a domain for real and takes it back: the destination starts a QEMU that reads the configuration, the
 * source connects to it and sends the first bytes, and both forget it. The guest runs on all the while. It is a move
 * like any other, in the journal too, so whatever dies in it is recovered; only that it never goes further.
 */
export async function rehearse(
  request: Pick<MoveRequest, 'domain' | 'source' | 'destination' | 'method' | 'copyStorage' | 'tls'>,
  env: Env,
  signal: AbortSignal,
): Promise<Finding> {
  const outcome = await outcomeOf(
    migrate(
      {
        ...request,
        rehearsal: true,
        drive: 'direct',
        commit: 'strict',
        bandwidthBytesPerS: SLOWEST_BYTES_PER_S,
        maxDowntimeMs: null,
        deadlineMs: null,
        sourceDefinition: 'keep',
        destinationDefinition: 'persistent',
        probe: { kind: 'none' },
      },
      env,
      signal,
    ),
  );
  return findingOf(outcome);
}

/** What the end of a rehearsal says. */
export function findingOf(outcome: Outcome): Finding {
  const { source: here, destination: there, domain, operationId: id, reason, result } = outcome;
  if (result === 'uncertain') return found('left-open', { here, there, id }, reason);
  if (result !== 'aborted') {
    const known = explain(reason);
    return known
      ? found('explained', { means: known.means, remedy: known.remedy }, reason)
      : found('refused', { why: firstOf(reason) }, reason);
  }
  if (!reason.includes(REHEARSED)) return found('stopped', {}, reason);
  const evidence = `begun, prepared and performed until the first bytes had gone, then taken back (${id}, ${outcome.totalMs} ms)`;
  return found('passed', { here, there, domain: domain.name }, evidence);
}

/** What failed, without what was done about it. */
function firstOf(reason: string): string {
  return reason.split('; ')[0] ?? reason;
}

async function outcomeOf(events: AsyncGenerator<unknown, Outcome>): Promise<Outcome> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}
