import type { Method, MoveRequest } from '@virt-ferry/engine';
import { colorsFor } from '../display/colors.ts';
import { findingLines } from '../display/findings.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { type Language, languageOf, wordsIn } from '../language/language.ts';
import { withEngine } from '../with-engine.ts';
import { runMany } from './check-many.ts';
import { type ChangeOptions, parseChanges } from './move-options.ts';
import { resolveRoute } from './route.ts';

export interface CheckOptions extends ChangeOptions {
  readonly to?: string;
  readonly from?: string;
  readonly all?: boolean;
  readonly method: Method;
  readonly copyStorage: MoveRequest['copyStorage'];
  readonly p2p?: boolean;
  readonly tls?: boolean;
  readonly fix?: boolean;
  readonly rehearse?: boolean;
  readonly offline?: boolean;
  readonly lang?: Language;
  readonly json?: boolean;
}

/** `ferry check VM --to HOST`; without a VM, every one that runs on a host. */
export function run(domain: string | undefined, options: CheckOptions, io: Io): Promise<number> {
  if (domain === undefined) return runMany(options, io);
  const { to, all, fix, rehearse, method, copyStorage, tls } = options;
  if (all) throw new UsageError('--all is for all VMs: leave the name out, or --all');
  if (to === undefined) throw new UsageError('say where it is to go: --to HOST');
  if (options.offline && (rehearse || options.p2p || method === 'post-copy'))
    throw new UsageError('--offline is for a VM that is shut off: leave out --rehearse, --p2p and --method');
  const language = languageOf(options.lang, io.env);
  const changes = parseChanges(options);
  return withEngine(io, async (engine, env) => {
    const route = await resolveRoute(domain, { ...options, to }, io, engine, env);
    const offline = options.offline ? { offline: true } : {};
    const drive = options.p2p ? 'p2p' : 'direct';
    const checking = (signal?: AbortSignal) =>
      engine.check({ ...route, drive, method, copyStorage, changes, tls, ...offline }, env, {
        fix,
        rehearse,
        signal,
      });
    const report = await (rehearse ? untilInterrupted(checking, io) : checking());
    if (options.json) printJson(io, report);
    else {
      const words = await wordsIn(language);
      for (const line of findingLines(report, colorsFor(io.out, io.env), words)) printLine(io, line);
    }
    return report.verdict === 'blocked' ? ExitCode.blocked : ExitCode.done;
  });
}

/** A rehearsal is taken back first when it is interrupted. */
async function untilInterrupted<T>(act: (signal: AbortSignal) => Promise<T>, io: Io): Promise<T> {
  const abort = new AbortController();
  const offInterrupt = io.onInterrupt(() => {
    tell(io, 'taking the rehearsal back');
    abort.abort();
  });
  try {
    return await act(abort.signal);
  } finally {
    offInterrupt();
  }
}
