import { afterEach, expect, test } from 'vitest';
import { connect } from './connect.ts';
import { type FakeDaemon, type FakeDaemonOptions, startFakeDaemon } from './testing/fake-daemon.ts';

let daemon: FakeDaemon;
afterEach(() => daemon.close());

async function connectTo(handlers: FakeDaemonOptions['handlers']) {
  daemon = await startFakeDaemon({ handlers: handlers ?? {} });
  return connect(daemon.uri);
}

test('none', async () => {
  const connection = await connectTo({ authList: () => ({ types: [] }) });
  await connection.close();
});

test('polkit that agrees', async () => {
  const connection = await connectTo({
    authList: () => ({ types: [2] }),
    authPolkit: () => ({ complete: true }),
  });
  await connection.close();
});

test('polkit that refuses says so and what to do', async () => {
  const refused = () => {
    throw new Error('authentication failed');
  };
  await expect(connectTo({ authList: () => ({ types: [2] }), authPolkit: refused })).rejects.toMatchObject({
    code: 'auth',
    message: expect.stringContaining('join the group libvirt'),
  });
});

test('SASL alone is said not to be supported yet', async () => {
  await expect(connectTo({ authList: () => ({ types: [1] }) })).rejects.toMatchObject({
    code: 'auth',
    message: expect.stringContaining('SASL, which is not supported yet'),
  });
});

test('something unknown', async () => {
  await expect(connectTo({ authList: () => ({ types: [77] }) })).rejects.toMatchObject({ code: 'auth' });
});
