import type { Command, Option } from 'commander';
import { knownHosts } from '../config/hosts.ts';
import { readHosts } from '../config/hosts-file.ts';
import { hostsPath } from '../config/paths.ts';
import type { Io } from '../io.ts';
import { withEngine } from '../with-engine.ts';

const HOST_OPTIONS = ['--to', '--from', '--host', '--hosts', '--server', '--client', '--without'];

/** A host that needs longer than this is left out: somebody waits at a prompt. */
const HOST_MS = 1000;
const OPERATIONS_MAX = 20;

/** Candidates for the last word, which may be empty. Never throws: a shell has no use for an error. */
export async function complete(words: readonly string[], program: Command, io: Io): Promise<string[]> {
  const given = words[0] === '--' ? words.slice(1) : words;
  const last = given.at(-1) ?? '';
  const place = locate(given.slice(0, -1), program);
  const candidates = await candidatesFor(place, last, io).catch(() => []);
  return [...new Set(candidates)].filter((candidate) => candidate.startsWith(last)).sort();
}

interface Place {
  readonly command: Command;
  /** How many arguments of that command stand before the last word. */
  readonly position: number;
  /** The option whose value is expected as the last word, if any is. */
  readonly expected: Option | null;
}

function locate(words: readonly string[], program: Command): Place {
  let command = program;
  let position = 0;
  let expected: Option | null = null;
  for (const word of words) {
    if (expected !== null) {
      expected = null;
      continue;
    }
    const child = position === 0 ? command.commands.find((one) => one.name() === word) : undefined;
    const option = command.options.find(({ long, short }) => word === long || word === short);
    if (child) command = child;
    else if (option) expected = option.required ? option : null;
    else if (!word.startsWith('--')) position++;
  }
  return { command, position, expected };
}

async function candidatesFor(
  { command, position, expected }: Place,
  last: string,
  io: Io,
): Promise<string[]> {
  if (expected !== null) {
    if (expected.argChoices) return [...expected.argChoices];
    return HOST_OPTIONS.includes(expected.long ?? '') ? hostNames(io) : [];
  }
  const options = command.options.flatMap(({ long }) => (typeof long === 'string' ? [long] : []));
  if (last.startsWith('-')) return options;
  const names = command.commands.map((one) => one.name()).filter((name) => !name.startsWith('__'));
  const final = command.registeredArguments.at(-1);
  const argument = command.registeredArguments[position] ?? (final?.variadic ? final : undefined);
  const values = argument ? await valuesOf(argument.name(), argument.argChoices, command, io) : [];
  return [...(position === 0 ? names : []), ...values, ...(argument ? [] : options)];
}

async function valuesOf(
  argument: string,
  choices: readonly string[] | undefined,
  command: Command,
  io: Io,
): Promise<string[]> {
  if (choices) return [...choices];
  if (argument === 'vm') return domainNames(io);
  if (argument === 'host' || argument === 'name') return hostNames(io);
  if (argument === 'run') return runIds({ open: false }, io);
  return argument === 'id' ? operationIds(onlyOpen.includes(command.name()) ? { open: true } : {}, io) : [];
}

async function hostNames(io: Io): Promise<string[]> {
  return (await readHosts(hostsPath(io.env))).map(({ name }) => name);
}

async function domainNames(io: Io): Promise<string[]> {
  const hosts = await knownHosts(io.env);
  return withEngine(io, async (engine, env) => {
    const late = env.delay(HOST_MS).then(() => []);
    const lists = hosts.map((host) =>
      Promise.race([
        engine.listDomains({ ...host, uri: withoutQuestions(host.uri) }, env).catch(() => []),
        late,
      ]),
    );
    return (await Promise.all(lists)).flat().map(({ name }) => name);
  });
}

/** Completion must not make ssh ask for a password on the terminal where somebody types. */
function withoutQuestions(uri: string): string {
  if (!uri.includes('+ssh:')) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}no_tty=1`;
}

/** What is done only to operations that have not ended. */
const onlyOpen: readonly string[] = ['recover', 'abort', 'watch'];

function operationIds(filter: { readonly open?: boolean }, io: Io): Promise<string[]> {
  return withEngine(io, async (_engine, { journal }) =>
    [
      ...(await journal.operations({ ...filter, limit: OPERATIONS_MAX })),
      ...(await journal.runs.runs({ ...filter, limit: OPERATIONS_MAX })),
    ].map(({ id }) => id),
  );
}

function runIds(filter: { readonly open?: boolean }, io: Io): Promise<string[]> {
  return withEngine(io, async (_engine, { journal }) =>
    (await journal.runs.runs({ ...filter, limit: OPERATIONS_MAX })).map(({ id }) => id),
  );
}
