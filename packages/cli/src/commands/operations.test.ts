import { createEnv, type Journal, type ShareRequest } from '@virt-ferry/engine';
import { expect, test } from 'vitest';
import { journalPath } from '../config/paths.ts';
import { fakeIo, ferry } from '../testing/fake-io.ts';
import { ID, journaled, LEASE } from '../testing/journaled.ts';
import { outcome, progress, web } from '../testing/samples.ts';

const ended = (journal: Journal) => journal.end(LEASE, outcome(), 1_002_500);

test('status shows what is under way and what was left open, and who runs it', async () => {
  const io = fakeIo();
  await journaled(io);
  const db = { name: 'db', uuid: 'fe441111-0000-4000-8000-000000000002' };
  io.pass(1000);
  await journaled(io, { state: 'left-open', id: 'p56z4sck', domain: db });
  io.pass(11_000);
  const { exitCode, stdout } = await ferry(io, 'status');
  expect(exitCode).toBe(0);
  expect(stdout).toBe(
    `ID        VM   FROM   TO    SINCE  STATE                               PROGRESS
p56z4sck  db   alpha  beta  11 s   left open → ferry recover p56z4sck  75 %, 300 MiB sent · 94 MiB/s · dirtied 10 MiB/s · 128 MiB left · expected pause 120 ms
${ID}  web  alpha  beta  12 s   running, process 4711 on ops-1      75 %, 300 MiB sent · 94 MiB/s · dirtied 10 MiB/s · 128 MiB left · expected pause 120 ms
`,
  );
});

test('status tells what is shared', async () => {
  const io = fakeIo();
  const env = createEnv({ journalPath: journalPath(io.env) });
  const request: ShareRequest = {
    ...{
      server: { name: 'alpha', uri: 'qemu+ssh://a/system' },
      clients: [{ name: 'beta', uri: 'qemu+ssh://b/system' }],
    },
    ...{ path: '/data', mount: '/data', nfs: '4.2', mountWith: 'pool', address: null, firewall: 'open' },
  };
  const share = { id: 'share-1', machineId: 'm', path: '/data', request, startedAtMs: 1_000_000 };
  const lease = await env.journal.shares.begin(share, env.holder, 2_000_000);
  const said = '/data of alpha is shared with beta since 1970-01-01 00:16:40Z';
  const work = `; process ${process.pid} is at work on it`;
  expect((await ferry(io, 'status')).stderr).toBe(
    `nothing is under way\nnote: ${said}${work}; see: ferry share status\n`,
  );
  await env.journal.shares.release(lease);
  expect((await ferry(io, 'status')).stderr).toContain(`note: ${said}; see`);
  await env.journal.shares.end(lease, 1_500_000);
  await env.close();
  expect((await ferry(io, 'status')).stderr).toMatch(/ferry share status\nnothing is under way\n$/);
});

test('status --json has the state and the progress of each', async () => {
  const io = fakeIo();
  await journaled(io);
  expect(JSON.parse((await ferry(io, 'status', '--json')).stdout)).toMatchObject([
    { id: ID, domain: web, outcome: null, state: 'running', progress: progress() },
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
  await journaled(io, { more: ended });
  expect((await ferry(io, 'history')).stdout).toBe(
    `ID        WHEN                  VM   FROM   TO    RESULT    TOTAL  BLACKOUT  DOWNTIME
${ID}  1970-01-01 00:16:40Z  web  alpha  beta  migrated  2.5 s  76 ms     63 ms
`,
  );
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
  await journaled(closed, { more: ended });
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
    'perform: copies the guest while it runs',
    'pass 2, 75 %: 300 MiB sent · 94 MiB/s · dirtied 10 MiB/s · 128 MiB left · expected pause 120 ms',
    'web was not moved: asked for',
  ]);
});

test('abort and watch of a move that nobody runs say who can go on with it', async () => {
  const io = fakeIo();
  await journaled(io, { state: 'left-open' });
  expect((await ferry(io, 'abort', ID)).stderr).toContain(`nobody runs ${ID} now; it is aborted`);
  const { exitCode, stderr } = await ferry(io, 'watch', ID);
  expect(exitCode).toBe(5);
  expect(stderr).toContain(
    `operation ${ID}, web from alpha to beta, was left open, and nobody runs it; bring it to its end with: ferry recover ${ID}\n`,
  );
});

test('watch --json of a move that has ended', async () => {
  const io = fakeIo();
  await journaled(io, { more: ended });
  const { exitCode, stdout } = await ferry(io, 'watch', ID, '--json');
  expect(exitCode).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'started', operationId: ID });
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ type: 'outcome', ...outcome() });
});
