import { startFakeDaemon } from '@virt-ferry/libvirt/testing';
import { expect, onTestFinished, test } from 'vitest';
import type { Env } from '../env.ts';
import { hastyEnv } from '../testing/left-open.ts';
import { readHealth } from './health.ts';
import { canRunCommand, runCommand, runCommandHere } from './run-command.ts';

const alpha = { name: "al'pha", uri: 'qemu+ssh://root@alpha/system' };

/** A host whose shell is this machine's; `login` says what becomes of ssh itself. */
function testEnv(login: 'works' | 'refused' = 'works'): Env {
  const env = hastyEnv();
  return {
    ...env,
    startProgram: (file, args, options) => {
      if (file !== 'ssh') return env.startProgram(file, args, options);
      const words = login === 'works' ? ['-s'] : ['-c', 'echo denied >&2; exit 255'];
      return env.startProgram('sh', words, options);
    },
  };
}

async function said(words: string, env: Env = testEnv()) {
  const lines: string[] = [];
  const onLine = (line: string) => lines.push(line);
  const end = await runCommand(alpha, words, { onLine, deadlineMs: 10_000 }, env);
  return { end, lines };
}

test('the words go to the shell as they are, and its output comes back, errors too', async () => {
  expect(await said(`echo "$FERRY_HOST" 'a  b'; echo wrong >&2; cat; (exit 3)`)).toEqual({
    end: { kind: 'ended', exitCode: 3 },
    lines: ["al'pha a  b", 'wrong'],
  });
  expect(await said('echo; echo; printf unfinished')).toEqual({
    end: { kind: 'ended', exitCode: 0 },
    lines: ['', '', 'unfinished'],
  });
});

test('a shell that ends before its command does is not a command that has ended', async () => {
  expect((await said('kill -9 $PPID')).end.kind).toBe('lost');
});

test('what a command leaves running behind is not waited for', async () => {
  const behind = 'sleep 30 & echo $!';
  const { end, lines } = await said(behind);
  const here: string[] = [];
  const options = { onLine: (line: string) => here.push(line), deadlineMs: 10_000 };
  expect([end, await runCommandHere(alpha, behind, options, testEnv())]).toEqual(
    Array.from({ length: 2 }, () => ({ kind: 'ended', exitCode: 0 })),
  );
  for (const pid of [lines[0], here[0]]) process.kill(Number(pid), 'SIGKILL');
});

test('a command is left to itself when nobody waits for it any more', async () => {
  const leaving = new AbortController();
  const lines: string[] = [];
  const onLine = (line: string) => {
    lines.push(line);
    leaving.abort();
  };
  const options = { onLine, deadlineMs: 10_000, signal: leaving.signal };
  const end = await runCommand(alpha, 'echo $$; exec sleep 30', options, testEnv());
  expect(end).toEqual({ kind: 'lost', why: 'it was no longer waited for' });
  process.kill(Number(lines[0]), 'SIGKILL');
});

test('where nobody can log in nothing was begun', async () => {
  expect((await said('true', testEnv('refused'))).end).toEqual({ kind: 'not-begun', why: 'denied' });
  const tcp = { name: 'beta', uri: 'qemu+tcp://beta/system' };
  expect([canRunCommand(alpha), canRunCommand(tcp)]).toEqual([true, false]);
  const options = { onLine: () => undefined, deadlineMs: 1000 };
  expect((await runCommand(tcp, 'true', options, testEnv())).kind).toBe('not-begun');
});

test('here, it is told of the host', async () => {
  const lines: string[] = [];
  const options = { onLine: (line: string) => lines.push(line), deadlineMs: 10_000 };
  const end = await runCommandHere(
    alpha,
    'echo "$FERRY_HOST" "$FERRY_HOST_URI" >&2; exit 4',
    options,
    testEnv(),
  );
  expect({ end, lines }).toEqual({
    end: { kind: 'ended', exitCode: 4 },
    lines: [`${alpha.name} ${alpha.uri}`],
  });
});

/** A host whose libvirt answers, and whose shell says this. */
async function health(...lines: string[]) {
  const daemon = await startFakeDaemon({ handlers: { connectGetAllDomainStats: () => ({ records: [] }) } });
  onTestFinished(() => daemon.close());
  const env = hastyEnv();
  const script = lines.map((line) => `echo '${line}'`).join('; ');
  const startProgram: Env['startProgram'] = (_file, _args, options) =>
    env.startProgram('sh', ['-c', script === '' ? 'exit 255' : script], options);
  return readHealth({ name: 'alpha', uri: daemon.uri, ssh: 'root@alpha' }, { ...env, startProgram });
}

test.each([
  [['b1', 'running', 'scheduled'], { bootId: 'b1', trouble: null }],
  [['b1', 'degraded', 'scheduled'], { bootId: 'b1', trouble: null }],
  [['b1', 'scheduled'], { bootId: 'b1', trouble: null }],
  [['b1', 'stopping', 'scheduled'], { bootId: 'b1', trouble: 'its system is stopping' }],
  [['b1', 'starting', 'scheduled'], { bootId: 'b1', trouble: 'its system is starting' }],
  [
    ['b1', 'running', 'scheduled USEC=1 MODE=reboot'],
    { bootId: 'b1', trouble: 'it is to be shut down, as scheduled' },
  ],
  [[], { bootId: null, trouble: 'its system does not answer: ssh -l root alpha failed' }],
])('a host whose system says %j', async (lines, expected) => {
  expect(await health(...lines)).toEqual(expected);
});

test('a host whose libvirt does not answer', async () => {
  const gone = { name: 'alpha', uri: 'qemu+unix:///system?socket=/nowhere/sock' };
  const { bootId, trouble } = await readHealth(gone, testEnv());
  expect(bootId).toBeNull();
  expect(trouble).toMatch(/^libvirt does not answer: /);
});
