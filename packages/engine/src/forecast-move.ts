import type { Env } from './env.ts';
import { EngineError } from './errors.ts';
import { CALIBRATED_BY } from './forecast/calibrate.ts';
import { forecast } from './forecast/forecast.ts';
import { type FirstLook, type MemoryLooks, profileMemory } from './measure/guest-memory.ts';
import { overheadsOf } from './measure/overheads.ts';
import { pathCapacity, RECENT_MOVES } from './measure/path.ts';
import { lookUpOn, readContext } from './migrate/subject.ts';
import type { Forecast, MemoryProfile, MoveRequest, PathCapacity, Strategy } from './model.ts';
import type { CheckContext, Wishes } from './preflight/check.ts';
import { bytesToCopy } from './storage/needed-bytes.ts';
import { compressionPays } from './strategy/compression.ts';
import type { Means } from './strategy/means.ts';
import { readMeans } from './strategy/read-means.ts';
import { AS_IT_IS, blindStrategy, chooseStrategy, prospectOf } from './strategy/strategy.ts';
import { withBoth } from './with-connection.ts';

/** The move that is to be foretold. */
export type ForecastRequest = Pick<
  MoveRequest,
  | 'domain'
  | 'source'
  | 'destination'
  | 'maxDowntimeMs'
  | 'bandwidthBytesPerS'
  | 'deadlineMs'
  | 'leastShare'
  | 'compression'
> &
  Wishes;

/** Closely, since whoever asks waits for the answer: four seconds, and the time that the looks take. */
const CLOSE_LOOKS: MemoryLooks = { pages: 400, afterS: [0.5, 1, 2, 4] };

/** Says what is to be expected of a move, without beginning it. Throws where it can't look: see {@link check}. */
export async function forecastMove(request: ForecastRequest, env: Env): Promise<Forecast> {
  const { domain, source, destination } = request;
  return withBoth(source, destination, env, async (from, to) => {
    const dom = await lookUpOn(from, domain);
    const context = await readContext(from, to, dom, request, env);
    try {
      if (context.domain.state !== 'running') throw notRunning(context);
      const profiling = profileMemory(from.monitor, dom, context.domain, CLOSE_LOOKS, env);
      return await forecastFrom(profiling, readMeans(context, request), context, request, env);
    } finally {
      context.shells.close();
    }
  });
}

/**
 * Quickly, since the move waits for it: a quiet guest while its destination starts a QEMU, which takes longer. Each look
 * at a page costs both hosts half a millisecond of work, and 64 of them tell a share to within 6 %.
 */
const QUICK_LOOKS: MemoryLooks = { pages: 64, afterS: [0.25, 0.75], quietShare: 0.02 };

/** A move that is about to begin. */
export interface Foretold {
  /** How it goes. */
  readonly strategy: Strategy;
  /** `null` where the guest can't be looked at, which is no reason not to move it. */
  readonly forecast: Forecast | null;
}

/** What is being found out of a move that is about to begin. */
export interface Foretelling {
  readonly foretold: Promise<Foretold>;
  /**
   * How it is compressed: that must be known before the destination is made ready. Without a wait where it isn't, else
   * as late as all the rest.
   */
  readonly compression: Promise<Strategy['compression']>;
}

/** The same for a move that is about to begin. A rehearsal is none. Where `enough` is aborted, fewer looks have to do. */
export function foretell(
  context: CheckContext,
  request: ForecastRequest,
  env: Env,
  enough: AbortSignal,
): Foretelling {
  const { source, dom, domain } = context;
  if (request.rehearsal) {
    const asItIs = Promise.resolve({ strategy: AS_IT_IS, forecast: null });
    return { foretold: asItIs, compression: Promise.resolve(null) };
  }
  const reading = readMeans(context, request);
  let seen: (first: FirstLook | null) => void = () => undefined;
  const first = new Promise<FirstLook | null>((resolve) => {
    seen = resolve;
  });
  const look = async (): Promise<Foretold> => {
    try {
      if (domain.state !== 'running') throw notRunning(context);
      const profiling = profileMemory(source.connection, dom, domain, QUICK_LOOKS, env, { enough, seen });
      const forecast = await forecastFrom(profiling, reading, context, request, env);
      return { strategy: forecast.strategy, forecast };
    } catch {
      return { strategy: blindStrategy(await reading), forecast: null };
    } finally {
      // It has failed before, or is known by now.
      seen(null);
    }
  };
  const foretold = look();
  const compress = async () => {
    if (request.compression !== 'allowed') return null;
    const [memory, means, path] = await Promise.all([first, reading, pathOf(request, env)]);
    const may = memory !== null && means.compression !== null && compressionPays(memory, path.bytesPerS);
    return may ? (await foretold).strategy.compression : null;
  };
  return { foretold, compression: compress() };
}

function notRunning({ domain, source }: CheckContext): EngineError {
  const what = `${domain.name} is ${domain.state} on ${source.host.ref.name}`;
  return new EngineError('no-domain', `${what}: only of a VM that runs is anything to be foretold`);
}

/** The forecast of a move whose guest is being looked at. */
async function forecastFrom(
  profiling: Promise<MemoryProfile>,
  reading: Promise<Means>,
  context: CheckContext,
  request: ForecastRequest,
  { journal }: Pick<Env, 'journal'>,
): Promise<Forecast> {
  const [memory, means, past, here, diskBytes] = await Promise.all([
    profiling,
    reading,
    journal.measured({ limit: CALIBRATED_BY }),
    movesBetween(request, { journal }),
    context.storagePlan().then((plan) => bytesToCopy(plan, context)),
  ]);
  const outlook = {
    ...{ memory, diskBytes, past, deadlineMs: request.deadlineMs },
    path: pathCapacity(here, request.bandwidthBytesPerS),
    overheads: overheadsOf(here.length > 0 ? here : past),
  };
  const strategy = chooseStrategy(outlook, means);
  return { ...forecast({ ...outlook, ...prospectOf(strategy, outlook, means) }), strategy };
}

/** The latest ones. */
function movesBetween({ source, destination }: ForecastRequest, { journal }: Pick<Env, 'journal'>) {
  return journal.measured({ limit: RECENT_MOVES, between: [source.name, destination.name] });
}

async function pathOf(request: ForecastRequest, env: Pick<Env, 'journal'>): Promise<PathCapacity> {
  return pathCapacity(await movesBetween(request, env), request.bandwidthBytesPerS);
}
