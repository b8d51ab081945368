import { createEnv, type Journal } from '@virt-ferry/engine';
import { expect, test } from 'vitest';
import { journalPath } from '../config/paths.ts';
import { type FakeIo, fakeIo, ferry } from '../testing/fake-io.ts';
import { outcome, progress, request, web } from '../testing/samples.ts';

const ID = 'k3m8x2pq';
const LEASE = { operationId: ID, token: 1 };

/** A move in the journal, as another process would have written it. */
async function journaled(io: FakeIo, more: (journal: Journal) => Promise<void> = async () => undefined) {
  const env = createEnv({ journalPath: journalPath(io.env) });
  const startedAtMs = io.nowMs();
  const { journal } = env;
  const route = { source: 'alpha', destination: 'beta', request: request() };
  const operation = { id: ID, kind: 'migrate', domain: web, ...route, startedAtMs } as const;
  await journal.begin(operation, env.holder, startedAtMs + env.leaseMs);
  const append = (afterMs: number, kind: 'intent' | 'result' | 'note', step: string, data: object) =>
    journal.append(LEASE, [{ atMs: startedAtMs + afterMs, kind, step, data: { ...data } }]);
  await append(20, 'note', 'preflight', {
    verdict: 'ready',
    findings: [{ severity: 'pass', message: 'fine' }],
  });
  await append(30, 'intent', 'begin', { flags: 281 });
  await append(40, 'result', 'begin', { ok: false, error: 'unsafe\nmove' });
  await append(41, 'note', 'notice', { message: 'tries again' });
  await append(50, 'intent', 'perform', { uri: 'tcp://b:49152' });
  await journal.setProgress(ID, progress());
  await more(journal);
  await env.close();
}

const ended = (journal: Journal) => journal.end(LEASE, outcome(), 1_002_500);

test('status shows what is under way', async () => {
  const io = fakeIo();
  await journaled(io);
  io.pass(12_000);
  const { exitCode, stdout } = await ferry(io, 'status');
  expect(exitCode).toBe(0);
  expect(stdout).toBe(
    `ID        VM   FROM   TO    SINCE  PROGRESS
${ID}  web  alpha  beta  12 s   75 %, 300 MiB sent · 94 MiB/s · dirtied 10 MiB/s · 128 MiB left · expected pause 120 ms
`,
  );
});

test('status --json has the progress with each', async () => {
  const io = fakeIo();
  await journaled(io);
  expect(JSON.parse((await ferry(io, 'status', '--json')).stdout)).toMatchObject([
    { id: ID, domain: web, outcome: null, progress: progress() },
  ]);
});

test.each([
  { words: ['status'], says: 'nothing is under way\n' },
  { words: ['history'], says: 'nothing has been moved yet\n' },
])('$words of an empty journal', async ({ words, says }) => {
  expect(await ferry(fakeIo(), ...words)).toEqual({ exitCode: 0, stdout: '', stderr: says });
});

test('history shows what has ended', async () => {
  const io = fakeIo();
  await journaled(io, ended);
  expect((await ferry(io, 'history')).stdout).toBe(
    `ID        WHEN                  VM   FROM   TO    RESULT    TOTAL  BLACKOUT  DOWNTIME
${ID}  1970-01-01 00:16:40Z  web  alpha  beta  migrated  2.5 s  76 ms     63 ms
`,
  );
});

test('show tells the story, entry by entry', async () => {
  const io = fakeIo();
  await journaled(io, ended);
  expect((await ferry(io, 'show', ID)).stdout).toBe(`web: alpha → beta (${ID})
    +20 ms  note    preflight         verdict=ready
                                      pass: fine
    +30 ms  intent  begin             flags=281
    +40 ms  result  begin             failed: unsafe move
    +41 ms  note    notice            tries again
    +50 ms  intent  perform           uri=tcp://b:49152
web runs on beta
  total 2.5 s · blackout 76 ms (from outside) · downtime 63 ms (QEMU) · 165 MiB sent · 6 passes
`);
});

test('show --json has every entry whole', async () => {
  const io = fakeIo();
  await journaled(io);
  const story: unknown = JSON.parse((await ferry(io, 'show', ID, '--json')).stdout);
  expect(story).toMatchObject({
    id: ID,
    outcome: null,
    entries: [{ sequence: 1, step: 'preflight' }, {}, {}, {}, {}],
  });
});

test('abort asks whoever runs it, and says when there is nobody any more', async () => {
  const open = fakeIo();
  await journaled(open);
  expect(await ferry(open, 'abort', ID)).toMatchObject({
    exitCode: 0,
    stderr: `asked ${ID} to abort; follow it with: ferry watch ${ID}\n`,
  });
  expect(JSON.parse((await ferry(open, 'show', ID, '--json')).stdout)).toMatchObject({
    abortRequested: true,
  });
  const closed = fakeIo();
  await journaled(closed, ended);
  expect((await ferry(closed, 'abort', ID)).stderr).toContain('has ended already');
  expect((await ferry(closed, 'abort', ID, '--json')).stdout).toContain('"answer": "not-open"');
});

test('watch follows a move to its end, and exits as it does', async () => {
  const io = fakeIo({
    createEnv(options) {
      const env = createEnv(options);
      // The move goes on while watch waits.
      const delay = () =>
        env.journal.end(LEASE, outcome({ result: 'aborted', reason: 'asked for' }), env.nowMs());
      return Object.assign(env, { delay });
    },
  });
  await journaled(io);
  const { exitCode, stderr } = await ferry(io, 'watch', ID);
  expect(exitCode).toBe(6);
  expect(stderr.trimEnd().split('\n')).toEqual([
    `web: alpha → beta (${ID})`,
    'begin: the source describes the guest',
    'note: tries again',
    'perform: copies memory while the guest runs',
    'pass 2, 75 %: 300 MiB sent · 94 MiB/s · dirtied 10 MiB/s · 128 MiB left · expected pause 120 ms',
    'web was not moved: asked for',
  ]);
});

test('watch --json of a move that has ended', async () => {
  const io = fakeIo();
  await journaled(io, ended);
  const { exitCode, stdout } = await ferry(io, 'watch', ID, '--json');
  expect(exitCode).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'started', operationId: ID });
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ type: 'outcome', ...outcome() });
});
