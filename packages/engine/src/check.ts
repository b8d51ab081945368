import type { Env } from './env.ts';
import { rehearse } from './migrate/rehearse.ts';
import { lookUpOn, readContext } from './migrate/subject.ts';
import type { CheckReport, MoveRequest } from './model.ts';
import { readOfflineContext } from './offline/context.ts';
import { offlinePreflight } from './offline/offline-check.ts';
import type { CheckContext, Wishes } from './preflight/check.ts';
import { operationFindings } from './preflight/operation.ts';
import { preflight, withFindings } from './preflight/preflight.ts';
import { repair } from './preflight/repair.ts';
import { withBoth } from './with-connection.ts';

/** The move that is to be checked. */
export type CheckRequest = Pick<MoveRequest, 'domain' | 'source' | 'destination'> & Wishes;

export interface CheckOptions {
  /** Mend what Ferry itself can mend, and look again. */
  readonly fix?: boolean | undefined;
  /** Where nothing stands against the move, begin it for real and take it back. */
  readonly rehearse?: boolean | undefined;
  /** Ends a rehearsal early. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs preflight alone. Throws where it can't begin: no connection, no such domain. */
export async function check(
  request: CheckRequest,
  env: Env,
  { fix = false, rehearse: rehearsing = false, signal = new AbortController().signal }: CheckOptions = {},
): Promise<CheckReport> {
  let report = await look(request, env, async (found, context) => ({
    ...found,
    ...(fix ? { repaired: await repair(found, context) } : {}),
  }));
  const { repaired = [] } = report;
  if (repaired.some(({ result }) => result === 'mended'))
    report = { ...(await look(request, env, async (found) => found)), repaired };
  if (!rehearsing || report.verdict === 'blocked') return report;
  return withFindings(report, [await rehearse(request, env, signal)]);
}

/** Looks at both hosts over connections of its own. */
async function look(
  request: CheckRequest,
  env: Env,
  use: (report: CheckReport, context: CheckContext) => Promise<CheckReport>,
): Promise<CheckReport> {
  const { domain, source, destination } = request;
  return withBoth(source, destination, env, async (from, to) => {
    const dom = await lookUpOn(from, domain);
    const [context, operations] = await Promise.all([
      request.offline
        ? readOfflineContext(from, to, dom, request, env)
        : readContext(from, to, dom, request, env),
      operationFindings(dom, env),
    ]);
    try {
      const found = request.offline ? offlinePreflight(context, operations) : preflight(context, operations);
      return await use(await found, context);
    } finally {
      context.shells.close();
    }
  });
}
