import type { RealEnv } from '@virt-ferry/engine';
import type { Engine } from '../engine.ts';
import { ExitCode, UsageError } from '../errors.ts';
import type { CarriedOut } from '../fleet/carry-out.ts';
import type { Ground } from '../fleet/ground.ts';
import { type Io, tell } from '../io.ts';

/** What the commands have in common that plan for many domains. */
export interface FleetOptions {
  readonly inventory?: string;
  readonly dryRun?: boolean;
  readonly explain?: boolean;
  readonly seed: string;
  readonly json?: boolean;
}

/** What they have besides where they plan on live hosts. */
export interface LiveOptions extends FleetOptions {
  readonly yes?: boolean;
  readonly plan?: string;
  readonly window: string;
}

/** How long a move that was left open is tried to be recovered where a host is away; as `ferry recover` has it. */
export const PATIENCE_MS = 30_000;

/** What carrying anything out takes. */
export interface Running {
  readonly engine: Engine;
  readonly env: RealEnv;
  readonly io: Io;
  readonly options: Pick<LiveOptions, 'yes' | 'json' | 'explain'>;
}

export const runExitCodes: Readonly<Record<CarriedOut['result'], number>> = {
  done: ExitCode.done,
  declined: ExitCode.blocked,
  blocked: ExitCode.blocked,
  failed: ExitCode.failed,
  uncertain: ExitCode.uncertain,
  aborted: ExitCode.aborted,
};

/** Lends what plans are made from, and has Ctrl-C begin no more, and a second one abort what runs. */
export async function withGround<T>(
  given: Pick<Ground, 'hosts' | 'seed' | 'windowMs'>,
  { engine, env, io }: Running,
  use: (ground: Ground) => Promise<T>,
): Promise<T> {
  const [stop, abort] = [new AbortController(), new AbortController()];
  const offInterrupt = io.onInterrupt(() => {
    if (stop.signal.aborted) abort.abort();
    else tell(io, 'no more moves are begun, those that run are waited for; Ctrl-C again aborts them');
    stop.abort();
  });
  try {
    return await use({ ...given, engine, env, stop: stop.signal, abort: abort.signal });
  } finally {
    offInterrupt();
  }
}

export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed)) throw new UsageError(`bad --seed ${text}: expected a whole number`);
  return seed;
}
