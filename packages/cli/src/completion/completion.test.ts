import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEnv } from '@virt-ferry/engine';
import { describe, expect, test } from 'vitest';
import { type FakeIo, fakeIo, ferry } from '../testing/fake-io.ts';
import { journaled } from '../testing/journaled.ts';
import { outcome } from '../testing/samples.ts';

function io(): FakeIo {
  const fake = fakeIo({
    // Waits as long as it takes those who answer at once.
    createEnv: (options) => Object.assign(createEnv(options), { delay: () => new Promise(setImmediate) }),
    listDomains: async ({ name, uri }) => {
      if (name === 'beta') throw new Error('no connection');
      if (name === 'gamma') return new Promise(() => undefined);
      return ['web', 'db', 'web'].map((domain) => ({
        name: domain + (uri.endsWith('no_tty=1') ? '-quiet' : ''),
        uuid: '',
        host: name,
        state: 'running',
        vcpus: 1,
        memoryBytes: 0,
      }));
    },
  });
  writeFileSync(
    String(fake.env.FERRY_HOSTS),
    'hosts:\n  alpha: qemu+ssh://a/system\n  beta: qemu+tcp://b/system\n  gamma: qemu+tcp://c/system\n',
  );
  return fake;
}

describe('ferry __complete', () => {
  test.each([
    { words: ['mi'], expected: ['migrate'] },
    { words: ['hosts', 'a'], expected: ['add'] },
    { words: ['hosts', 'show', ''], expected: ['alpha', 'beta', 'gamma'] },
    { words: ['evacuate', 'alpha', 'g'], expected: ['gamma'] },
    { words: ['migrate', ''], expected: ['db-quiet', 'web-quiet'] },
    { words: ['migrate', '--yes', 'w'], expected: ['web-quiet'] },
    { words: ['migrate', '--to', 'beta', 'w'], expected: ['web-quiet'] },
    { words: ['migrate', 'web', '--to', ''], expected: ['alpha', 'beta', 'gamma'] },
    { words: ['migrate', 'web', '--to=beta', '--max-d'], expected: ['--max-downtime'] },
    { words: ['migrate', 'web', '--deadline', ''], expected: [] },
    { words: ['completion', 'z'], expected: ['zsh'] },
    { words: ['show', ''], expected: [] },
    { words: ['recover', '--choose', ''], expected: ['accept', 'destination', 'source'] },
    { words: ['recover', '--d'], expected: ['--dry-run'] },
    { words: ['migrate', 'web', '--method', ''], expected: ['post-copy', 'pre-copy'] },
    { words: ['nonsense', 'x', ''], expected: expect.any(Array) },
    { words: [], expected: expect.arrayContaining(['migrate', 'list']) },
  ])('$words', async ({ words, expected }) => {
    const fake = io();
    const { exitCode, stdout, stderr } = await ferry(fake, '__complete', '--', ...words);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n').slice(0, -1)).toEqual(expected);
  });

  test.each([
    { command: 'recover', ids: ['k3m8x2pq'] },
    { command: 'abort', ids: ['k3m8x2pq'] },
    { command: 'watch', ids: ['k3m8x2pq'] },
    { command: 'show', ids: ['ended222', 'k3m8x2pq'] },
  ])('$command takes the operations that it can do something with', async ({ command, ids }) => {
    const fake = io();
    await journaled(fake);
    await journaled(fake, {
      id: 'ended222',
      domain: { name: 'db', uuid: 'u' },
      more: (journal) => journal.end({ operationId: 'ended222', token: 1 }, outcome(), 1),
    });
    const { stdout } = await ferry(fake, '__complete', '--', command, '');
    expect(stdout.split('\n').slice(0, -1)).toEqual(ids);
  });

  test('a broken hosts file is no reason to disturb a prompt', async () => {
    const fake = io();
    writeFileSync(String(fake.env.FERRY_HOSTS), 'hosts: [');
    expect(await ferry(fake, '__complete', '--', 'list', '--host', '')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('leaves at once: a host that has not answered must not hold the prompt', async () => {
    const fake = io();
    expect((await ferry(fake, '__complete', '--', 'migrate', 'w')).stdout).toBe('web-quiet\n');
    expect(fake.left).toEqual([0]);
  });
});

describe('scripts', () => {
  const script = async (shell: string) => (await ferry(fakeIo(), 'completion', shell)).stdout;

  test.each(['bash', 'zsh'])('%s knows commands and options, and asks for names', async (shell) => {
    const text = await script(shell);
    expect(text).toContain("'ferry hosts') echo 'add remove show' ;;");
    expect(text).toMatch(/'ferry migrate'\) echo '--to --from .*--probe/);
    expect(text).toContain('ferry __complete --');
    expect(text).not.toMatch(/__complete'|echo '[^']*__/);
  });

  test('fish knows what each is for', async () => {
    const text = await script('fish');
    expect(text).toContain("-a migrate -d 'moves a running VM to another host, or one that is shut off'");
    expect(text).toMatch(/__fish_seen_subcommand_from migrate' -l to -x -a '\(__ferry_names\)' -d '/);
    expect(text).toContain('ferry __complete --');
  });

  test.each([
    { words: ['mi'], replies: 'migrate' },
    { words: ['hosts', ''], replies: 'add remove show' },
    { words: ['lab', 'guest', 'ver'], replies: 'verify' },
    { words: ['migrate', 'web', '--max-d'], replies: '--max-downtime' },
    { words: ['migrate', 'web', '--to', 'al'], replies: 'asked:migrate,web,--to,al' },
    { words: ['check', ''], replies: 'asked:check,' },
  ])('bash completes $words', async ({ words, replies }) => {
    const fake = fakeIo();
    const file = join(fake.directory, 'ferry.bash');
    writeFileSync(file, await script('bash'));
    const driver = `source "$0"
ferry() { shift 2; local IFS=,; echo "asked:$*"; }
COMP_WORDS=(ferry "$@"); COMP_CWORD=$#; _ferry; echo "\${COMPREPLY[*]}"`;
    const ran = spawnSync('bash', ['--norc', '-c', driver, file, ...words], { encoding: 'utf8' });
    expect({ stdout: ran.stdout, stderr: ran.stderr }).toEqual({ stdout: `${replies}\n`, stderr: '' });
  });
});
