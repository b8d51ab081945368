import type { CopyProgress, MountWith, ShareReport, ShareRequest, StepReport } from '@virt-ferry/engine';
import { knownHosts, resolveHost } from '../config/hosts.ts';
import { readHosts } from '../config/hosts-file.ts';
import { hostsPath } from '../config/paths.ts';
import { colorsFor } from '../display/colors.ts';
import { oneLine } from '../display/printable.ts';
import { problemLines, statusLines, stepLine } from '../display/share.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { type Language, languageOf } from '../language/language.ts';
import { shareWordsIn } from '../language/share/share-words.ts';
import type { ShareWords } from '../language/share/words.ts';
import { withEngine } from '../with-engine.ts';

interface CommonOptions {
  readonly lang?: Language;
  readonly json?: boolean;
}

interface ShareOptions extends CommonOptions {
  readonly client?: readonly string[];
  readonly mount?: string;
  readonly nfs: ShareRequest['nfs'];
  readonly mountWith: MountWith;
  readonly address?: string;
}

export interface CreateOptions extends ShareOptions {
  readonly server: string;
  readonly path: string;
  readonly firewall: ShareRequest['firewall'];
  readonly dryRun?: boolean;
}

export interface StatusOptions extends ShareOptions {
  readonly server?: string;
  readonly path?: string;
}

export interface RemoveOptions extends CommonOptions {
  readonly server: string;
  readonly path: string;
  readonly without?: readonly string[];
  readonly dryRun?: boolean;
}

export interface AdoptOptions extends CommonOptions {
  readonly host?: string;
  readonly server?: string;
  readonly path?: string;
  readonly dryRun?: boolean;
}

/** `ferry share create` */
export async function create(options: CreateOptions, io: Io): Promise<number> {
  const words = await shareWordsIn(languageOf(options.lang, io.env));
  const request = await requestOf(options, io);
  const abort = new AbortController();
  const offInterrupt = io.onInterrupt(() => {
    tell(io, 'ferry: stops after this step, and undoes what was done');
    abort.abort();
  });
  try {
    const names = [request.server, ...request.clients].map(({ name }) => name);
    const onStep = stepsLive(names, words, options, io);
    const report = await withEngine(io, (engine, env) =>
      engine.createShare(request, env, { dryRun: options.dryRun, signal: abort.signal, onStep }),
    );
    return show(report, words.created(report), words, options, io);
  } finally {
    offInterrupt();
  }
}

/** `ferry share adopt VM` */
export async function adopt(domain: string, options: AdoptOptions, io: Io): Promise<number> {
  const words = await shareWordsIn(languageOf(options.lang, io.env));
  const server = options.server === undefined ? null : await resolveHost(options.server, io.env);
  const abort = new AbortController();
  const offInterrupt = io.onInterrupt(() => {
    tell(io, 'ferry: stops copying, and removes what was copied');
    abort.abort(new Error('it was to stop'));
  });
  try {
    const report = await withEngine(io, async (engine, env) => {
      const host =
        options.host === undefined
          ? await engine.findDomain(domain, await knownHosts(io.env), env)
          : await resolveHost(options.host, io.env);
      const onStep = stepsLive([host.name], words, options, io);
      const onProgress = options.json ? undefined : tenthsOf(io);
      const request = { domain, host, server, path: options.path ?? null };
      const how = { dryRun: options.dryRun, signal: abort.signal, onStep, onProgress };
      return engine.adoptDomain(request, env, how);
    });
    return show(report, words.adopted(report, domain), words, options, io);
  } finally {
    offInterrupt();
  }
}

/** Tells how far a copy is, a line for each tenth. */
function tenthsOf(io: Io): (progress: CopyProgress) => void {
  const told = new Map<string, number>();
  return ({ disk, copiedBytes, totalBytes }) => {
    const tenth = totalBytes === 0 ? 0 : Math.floor((copiedBytes / totalBytes) * 10);
    if (tenth <= (told.get(disk) ?? 0)) return;
    told.set(disk, tenth);
    tell(io, `${oneLine(disk)}: ${tenth * 10} %`);
  };
}

/** `ferry share remove` */
export async function remove(options: RemoveOptions, io: Io): Promise<number> {
  const words = await shareWordsIn(languageOf(options.lang, io.env));
  const [server, hosts] = await Promise.all([
    resolveHost(options.server, io.env),
    readHosts(hostsPath(io.env)),
  ]);
  const gone = await Promise.all((options.without ?? []).map((name) => resolveHost(name, io.env)));
  const without = gone.map(({ name }) => name);
  const removal = { server, path: options.path, hosts, without };
  const names = [server, ...hosts].map(({ name }) => name);
  const onStep = stepsLive(names, words, options, io);
  const report = await withEngine(io, (engine, env) =>
    engine.removeShare(removal, env, { dryRun: options.dryRun, onStep }),
  );
  return show(report, words.removed(report), words, options, io);
}

/** `ferry share status`: those that the journal knows, or the one that is named, whoever made it. */
export async function status(options: StatusOptions, io: Io): Promise<number> {
  const words = await shareWordsIn(languageOf(options.lang, io.env));
  const { server, path } = options;
  return withEngine(io, async (engine, env) => {
    const known = (await engine.findShares(env)).filter(
      (one) => (server ?? one.server.name) === one.server.name && (path ?? one.path) === one.path,
    );
    const isNamed = server !== undefined && path !== undefined && (options.client ?? []).length > 0;
    const requests =
      known.length === 0 && isNamed
        ? [await requestOf({ ...options, server, path, firewall: 'keep' }, io)]
        : known;
    if (requests.length === 0) {
      const advice = 'one that Ferry did not make is named by --server, --path and --client';
      if (server !== undefined || path !== undefined)
        throw new UsageError(`the journal knows no such share; ${advice}`);
      if (options.json) printJson(io, []);
      else tell(io, `nothing is shared by Ferry; ${advice}`);
      return ExitCode.done;
    }
    const hosts = await readHosts(hostsPath(io.env));
    const current = (ref: ShareRequest['server']) => hosts.find(({ name }) => name === ref.name) ?? ref;
    const all = [];
    for (const request of requests) {
      const now = {
        ...request,
        server: current(request.server),
        clients: request.clients.map(current),
      };
      all.push(await engine.shareStatus(now, env));
    }
    if (options.json) printJson(io, all);
    else
      for (const one of all)
        for (const line of statusLines(one, colorsFor(io.out, io.env), words)) printLine(io, line);
    return all.some(({ verdict }) => verdict === 'bad') ? ExitCode.blocked : ExitCode.done;
  });
}

async function requestOf(options: CreateOptions, io: Io): Promise<ShareRequest> {
  const { path, mount = path, nfs, mountWith, address = null, firewall } = options;
  const [server, ...clients] = await Promise.all(
    [options.server, ...(options.client ?? [])].map((name) => resolveHost(name, io.env)),
  );
  if (server === undefined) throw new UsageError('say which host has the directory: --server HOST');
  return { server, clients, path, mount, nfs, mountWith, address, firewall };
}

/** Tells of each step as it ends: packages take their time. For programs all comes at the end. */
function stepsLive(hosts: readonly string[], words: ShareWords, { json }: CommonOptions, io: Io) {
  const colors = colorsFor(io.err, io.env);
  const columns = Math.max(...hosts.map((name) => name.length));
  return json ? undefined : (step: StepReport) => tell(io, stepLine(step, columns, colors, words));
}

const exitCodes: Readonly<Record<ShareReport['result'], number>> = {
  ...{ done: ExitCode.done, nothing: ExitCode.done, planned: ExitCode.done },
  ...{ blocked: ExitCode.blocked, 'taken-back': ExitCode.failed, left: ExitCode.uncertain },
};

function show(
  report: ShareReport,
  verdict: string,
  words: ShareWords,
  { json }: CommonOptions,
  io: Io,
): number {
  const exitCode = exitCodes[report.result];
  if (json) {
    printJson(io, report);
    return exitCode;
  }
  const colors = colorsFor(io.out, io.env);
  const columns = Math.max(0, ...report.steps.map(({ host }) => host.length));
  // What was done has been told as it was done.
  const isTold = !['planned', 'nothing'].includes(report.result);
  for (const step of isTold ? [] : report.steps) printLine(io, stepLine(step, columns, colors, words));
  for (const problem of report.problems)
    for (const line of problemLines(problem, colors, words)) printLine(io, line);
  printLine(io, colors.bold(oneLine(verdict)));
  return exitCode;
}
