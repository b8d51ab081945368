import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { Io } from './io.ts';
import { ferryProgram } from './program.ts';
import { fakeIo, ferry } from './testing/fake-io.ts';

describe('bad usage: one line, exit 2, nothing asked of any host', () => {
  test.each([
    { words: ['frobnicate'], says: /^ferry: unknown command 'frobnicate'; see: ferry --help$/ },
    { words: ['migrat'], says: /unknown command 'migrat' \(Did you mean migrate\?\); see: ferry --help$/ },
    { words: ['hosts', 'frob'], says: /'hosts'.*; see: ferry hosts --help$/ },
    { words: ['check', '--to', 'beta'], says: /say which VM, or all of a host: --from HOST, or --all$/ },
    { words: ['migrate', 'web'], says: /--to <host>' not specified; see: ferry migrate --help$/ },
    { words: ['migrate', 'web', '--to', 'beta', '--sideways'], says: /unknown option '--sideways'/ },
    { words: ['migrate', 'web', 'db', '--to', 'beta'], says: /too many arguments/ },
    { words: ['migrate', 'web', '--to'], says: /argument missing/ },
    {
      words: ['migrate', 'web', '--to', 'nowhere'],
      says: /^ferry: unknown host nowhere: known are alpha, beta;/,
    },
    { words: ['migrate', 'web', '--to', 'beta', '--from', 'nowhere'], says: /unknown host nowhere/ },
    {
      words: ['migrate', 'web', '--to', 'beta', '--max-downtime', '300'],
      says: /bad time 300 for --max-downtime/,
    },
    { words: ['migrate', 'web', '--to', 'beta', '--max-downtime', '1h'], says: /at most 33 min 20 s/ },
    { words: ['migrate', 'web', '--to', 'beta', '--deadline', '0s'], says: /bad time 0s for --deadline/ },
    { words: ['migrate', 'web', '--to', 'beta', '--bandwidth', '5'], says: /bad rate 5 for --bandwidth/ },
    {
      words: ['migrate', 'web', '--to', 'beta', '--probe', 'tcp:99999'],
      says: /bad probe tcp:99999: expected/,
    },
    { words: ['migrate', 'web', '--to', 'beta', '--probe', 'smell'], says: /bad probe smell: expected/ },
    { words: ['check', 'web', '--to', 'qemu+pigeon://b/system'], says: /unknown transport pigeon/ },
    { words: ['check', 'web', '--to', 'qemu+tcp:///system'], says: /needs a host/ },
    { words: ['list', '--host', 'nowhere'], says: /unknown host nowhere/ },
    { words: ['tune', 'web', '--bandwidth', '1MiB'], says: /bad rate 1MiB for --bandwidth/ },
    { words: ['hosts', 'show', 'nowhere'], says: /unknown host nowhere/ },
    { words: ['hosts', 'remove', 'nowhere'], says: /unknown host nowhere/ },
    { words: ['hosts', 'add', 'a b', 'qemu:///system'], says: /bad host name a b/ },
    { words: ['hosts', 'add', 'gamma', 'nonsense'], says: /bad libvirt URI nonsense/ },
    { words: ['show', 'nothing1'], says: /no operation nothing1; see: ferry status, ferry history$/ },
    { words: ['watch', 'nothing1'], says: /no operation nothing1/ },
    { words: ['abort', 'nothing1'], says: /no operation nothing1/ },
    { words: ['history', '--limit', '0'], says: /bad --limit 0: expected a whole number above zero/ },
    { words: ['history', '--limit', '1e2'], says: /bad --limit 1e2/ },
    {
      words: ['completion', 'tcsh'],
      says: /Allowed choices are bash, zsh, fish; see: ferry completion --help$/,
    },
  ])('ferry $words', async ({ words, says }) => {
    const io = fakeIo();
    writeFileSync(
      String(io.env.FERRY_HOSTS),
      'hosts:\n  alpha: qemu+tcp://a/system\n  beta: qemu+tcp://b/system\n',
    );
    const { exitCode, stdout, stderr } = await ferry(io, ...words);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr.trimEnd()).toMatch(says);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  test('a broken hosts file', async () => {
    const io = fakeIo();
    writeFileSync(String(io.env.FERRY_HOSTS), 'hosts:\n  alpha: 3\n');
    expect(await ferry(io, 'list')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^ferry: .*hosts\.yaml, line 2, at hosts\.alpha: expected .*\n$/),
    });
  });
});

/** For a tree that is only looked at. */
const idleIo: Io = {
  input: process.stdin,
  out: process.stdout,
  err: process.stderr,
  env: {},
  nowMs: () => 0,
  monotonicMs: () => 0,
  engine: () => Promise.reject(new Error('nothing is run')),
  onInterrupt: () => () => undefined,
  leave: () => undefined,
};

function runnable(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(runnable);
}
const all = runnable(ferryProgram(idleIo, '1.2.3', () => undefined)).filter(
  (command) => !command.name().startsWith('__'),
);

function wordsOf(command: Command): string[] {
  return command.parent === null ? [] : [...wordsOf(command.parent), command.name()];
}

test.each(all.map((command) => [wordsOf(command).join(' '), command] as const))(
  'ferry %s has examples in its help, and --json',
  async (words, command) => {
    const io = fakeIo();
    const { exitCode, stdout, stderr } = await ferry(io, ...words.split(' '), '--help');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`Usage: ferry ${words}`);
    expect(stdout).toMatch(/\nExamples:\n {2}\S/);
    if (words !== 'completion') expect(command.options.map(({ long }) => long)).toContain('--json');
  },
);

test('the version', async () => {
  expect(await ferry(fakeIo(), '--version')).toEqual({ exitCode: 0, stdout: '1.2.3\n', stderr: '' });
});

test('nothing at all shows the help', async () => {
  expect(await ferry(fakeIo())).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Usage: ferry'),
  });
});

test.each([
  { lang: 'C', lines: ['  that is: the destination has no bridge br7'] },
  { lang: 'zh_CN.UTF-8', lines: ['  含义：目标主机没有网桥 br7'] },
])('an error that is known is explained in the language of $lang', async ({ lang, lines }) => {
  const readHost = () => Promise.reject(new Error("Cannot get interface MTU on 'br7': No such device"));
  const io = fakeIo({ readHost }, { LANG: lang });
  writeFileSync(String(io.env.FERRY_HOSTS), 'hosts:\n  alpha: qemu+tcp://a/system\n');
  const { stderr } = await ferry(io, 'hosts', 'show', 'alpha');
  expect(stderr.split('\n').slice(1, 2)).toEqual(lines);
});
