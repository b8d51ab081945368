import { type Foretelling, type Foretold, foretell } from '../forecast-move.ts';
import { readDomain } from '../inventory/domain.ts';
import type { CheckReport } from '../model.ts';
import type { CheckContext } from '../preflight/check.ts';
import { preflight } from '../preflight/preflight.ts';
import { type Blackout, startBlackout } from './blackout.ts';
import type { Move } from './operation.ts';
import { contextFor, factsFor, type SidesContext } from './subject.ts';
import { limitDowntime } from './tuning.ts';

/** What is known of a move when it may begin. */
export interface Ready {
  readonly context: CheckContext;
  readonly report: CheckReport;
  readonly blackout: Blackout;
  /** The guest's memory is being looked at. */
  readonly foretelling: Foretelling;
  /** Ends those looks. */
  readonly enough: AbortController;
}

/** Checks whether the move can work, while the measurement of the blackout begins. */
export async function getReady(move: Move, readingSides: Promise<SidesContext>): Promise<Ready> {
  const { request, env, story, from, dom } = move;
  story.emit({ type: 'phase', phase: 'inventory' });
  const domain = await readDomain(from.monitor, dom);
  const context = await contextFor(await readingSides, domain, dom, request);
  const starting = startBlackout(request.probe, from, dom, env, story);
  // Awaited below.
  starting.catch(() => undefined);
  story.emit({ type: 'phase', phase: 'preflight' });
  try {
    const [report] = await Promise.all([
      preflight(context).finally(() => context.shells.close()),
      factsFor(context).then((facts) => story.note('inventory', facts)),
    ]);
    const blackout = await starting;
    await story.note('preflight', { verdict: report.verdict, findings: report.findings });
    story.emit({ type: 'checked', report });
    return { context, report, blackout, ...lookingAt(move, context) };
  } catch (error) {
    // Else its probe would go on for ever.
    await starting.then((blackout) => blackout.finish()).catch(() => undefined);
    throw error;
  }
}

/** Begins to look at the guest, which goes on while the destination gets ready. */
function lookingAt({ request, env, background }: Move, context: CheckContext) {
  const enough = new AbortController();
  const foretelling = foretell(context, request, env, enough.signal);
  background.push(Promise.allSettled([foretelling.foretold, foretelling.compression]));
  return { foretelling, enough };
}

/** Waits for how the guest is going to be moved and what to expect of it, says both, and begins with it. */
export async function beginStrategy(
  { request, env, story, from, dom, background }: Move,
  { foretelling }: Ready,
): Promise<Foretold> {
  const foretold = await foretelling.foretold;
  if (request.rehearsal) return foretold;
  const { strategy, forecast } = foretold;
  if (forecast !== null) {
    story.emit({ type: 'forecast', forecast });
    background.push(env.journal.rememberForecast(story.operationId, forecast));
  }
  await story.note('strategy', { ...strategy });
  const { firstMs, maxMs } = strategy.limits;
  // Without a wish of the user's, what is accepted is what is set.
  if (request.maxDowntimeMs !== null || firstMs !== maxMs) await limitDowntime(from, dom, firstMs, story);
  return foretold;
}
