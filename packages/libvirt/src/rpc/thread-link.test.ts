import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { connect } from '../connect.ts';

/**
 * The daemon here pings every 50 ms and drops who leaves four pings unanswered. It is a process of its own, since the
 * caller is about to stop its own event loop.
 */
const DAEMON = fileURLToPath(new URL('../testing/impatient-daemon.ts', import.meta.url));
const BLOCKED_MS = 1000;

async function survivesBlocking(link: 'inline' | 'thread' | 'process'): Promise<boolean> {
  const daemon = fork(DAEMON, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [uri] = (await once(daemon, 'message')) as [string];
  const connection = await connect(uri, { link, keepalive: null });
  // Nothing of this thread runs for a second: no timers, no sockets.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS);
  const survived = await connection.connectSupportsFeature({ feature: 1 }).then(
    () => true,
    () => false,
  );
  await connection.close();
  const ended = once(daemon, 'exit');
  daemon.disconnect();
  await ended;
  return survived;
}

test('a link in its own thread answers the daemon while the caller is blocked', async () => {
  expect(await survivesBlocking('thread')).toBe(true);
});

test('so does one in a process of its own', async () => {
  expect(await survivesBlocking('process')).toBe(true);
});

test('a link in the caller’s thread would be dropped', async () => {
  expect(await survivesBlocking('inline')).toBe(false);
});

test('what goes wrong while connecting is told as without a thread', async () => {
  const failure = connect('qemu+unix:///system?socket=/nowhere/at/all', { link: 'thread' });
  await expect(failure).rejects.toMatchObject({
    code: 'connect',
    message: expect.stringContaining('no such socket'),
  });
});
