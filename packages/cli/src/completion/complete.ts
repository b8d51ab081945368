import { createEnv, listDomains } from '@virt-ferry/engine';
import type { Command } from 'commander';
import { knownHosts } from '../config/hosts.ts';
import { readHosts } from '../config/hosts-file.ts';
import { hostsPath, journalPath } from '../config/paths.ts';

/** A host that needs longer than this is left out: somebody waits at a prompt. */
const HOST_MS = 1000;

/** Candidates for the last word, which may be empty. Never throws: a shell has no use for an error. */
export async function complete(
  words: readonly string[],
  program: Command,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const given = words[0] === '--' ? words.slice(1) : words;
  const last = given.at(-1) ?? '';
  const { command, position, previous } = locate(given.slice(0, -1), program);
  const candidates = await candidatesFor(command, position, previous, env).catch(() => []);
  return candidates.filter((candidate) => candidate.startsWith(last)).sort();
}

interface Place {
  readonly command: Command;
  /** How many arguments of that command stand before the last word. */
  readonly position: number;
  /** The option whose value the last word is, if it is one. */
  readonly previous: string | null;
}

function locate(words: readonly string[], program: Command): Place {
  let command = program;
  let position = 0;
  let previous: string | null = null;
  for (const word of words) {
    if (previous !== null) {
      previous = null;
      continue;
    }
    const child = position === 0 ? command.commands.find((one) => one.name() === word) : undefined;
    const option = command.options.find(({ long, short }) => word === long || word === short);
    if (child) command = child;
    else if (option) previous = option.required ? (option.long ?? null) : null;
    else position++;
  }
  return { command, position, previous };
}

async function candidatesFor(
  command: Command,
  position: number,
  previous: string | null,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  if (previous === '--to' || previous === '--from' || previous === '--host') return hostNames(env);
  if (previous !== null) return [];
  const argument = command.registeredArguments[position];
  const names = command.commands.map((one) => one.name()).filter((name) => !name.startsWith('__'));
  return [
    ...(position === 0 ? names : []),
    ...(argument ? await valuesOf(argument.name(), argument.argChoices, env) : []),
    ...command.options.flatMap(({ long }) => (long === undefined ? [] : [long])),
  ];
}

async function valuesOf(
  argument: string,
  choices: readonly string[] | undefined,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  if (choices) return [...choices];
  if (argument === 'vm') return domainNames(env);
  if (argument === 'host' || argument === 'name') return hostNames(env);
  return argument === 'id' ? operationIds(env) : [];
}

async function hostNames(env: NodeJS.ProcessEnv): Promise<string[]> {
  return (await readHosts(hostsPath(env))).map(({ name }) => name);
}

async function domainNames(env: NodeJS.ProcessEnv): Promise<string[]> {
  const engine = createEnv({ journalPath: journalPath(env) });
  const late = engine.delay(HOST_MS).then(() => []);
  const lists = (await knownHosts(env)).map((host) =>
    Promise.race([listDomains(host, engine).catch(() => []), late]),
  );
  return (await Promise.all(lists)).flat().map(({ name }) => name);
}

async function operationIds(env: NodeJS.ProcessEnv): Promise<string[]> {
  const engine = createEnv({ journalPath: journalPath(env) });
  const operations = await engine.journal.operations({ limit: 20 });
  await engine.close();
  return operations.map(({ id }) => id);
}
