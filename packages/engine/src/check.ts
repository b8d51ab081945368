import type { Env } from './env.ts';
import { hostShells } from './host-shell/shells.ts';
import { lookUpOn, readContext } from './migrate/subject.ts';
import type { CheckReport, MoveRequest } from './model.ts';
import type { Wishes } from './preflight/check.ts';
import { operationFindings } from './preflight/operation.ts';
import { preflight } from './preflight/preflight.ts';
import { closeWhenOpen } from './with-connection.ts';

/** Runs preflight alone. Throws where it can't begin: no connection, no such domain. */
export async function check(
  request: Pick<MoveRequest, 'domain' | 'source' | 'destination'> & Wishes,
  env: Env,
): Promise<CheckReport> {
  const { domain, source, destination } = request;
  const opening = [env.connect(source.uri), env.connect(destination.uri)] as const;
  const shells = hostShells(source, destination, env);
  try {
    const [here, there] = await Promise.all(opening);
    const from = { ref: source, monitor: here };
    const dom = await lookUpOn(from, domain);
    const [context, operations] = await Promise.all([
      readContext(from, { ref: destination, monitor: there }, dom, request, env, shells),
      operationFindings(dom, env),
    ]);
    return await preflight(context, operations);
  } finally {
    shells.close();
    await Promise.all(opening.map(closeWhenOpen));
  }
}
