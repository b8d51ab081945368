import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { type Connection, connect } from '@virt-ferry/libvirt';
import {
  type FakeDaemon,
  type FakeDaemonOptions,
  FrameDecoder,
  frameOf,
  MessageType,
  procedures,
  replyTo,
  startFakeDaemon,
} from '@virt-ferry/libvirt/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { type RpcProxy, startProxy } from './proxy.ts';

const hostname = procedures.connectGetHostname.number;

let daemon: FakeDaemon;
let proxy: RpcProxy;
const connections: Connection[] = [];

async function open(options: FakeDaemonOptions = {}): Promise<void> {
  daemon = await startFakeDaemon({
    handlers: { connectGetHostname: () => ({ hostname: 'alpha' }), connectGetType: () => ({ type: 'QEMU' }) },
    ...options,
  });
  const path = new URLSearchParams(daemon.uri.slice(daemon.uri.indexOf('?'))).get('socket') ?? '';
  proxy = await startProxy({ listen: { host: '127.0.0.1' }, target: { path } });
}
afterEach(async () => {
  for (const connection of connections.splice(0)) await connection.close().catch(() => undefined);
  await proxy.close();
  await daemon.close();
});

async function client(): Promise<Connection> {
  const connection = await connect(`qemu+tcp://127.0.0.1:${proxy.port}/system`, { keepalive: null });
  connections.push(connection);
  return connection;
}

/** The calls of a procedure that reached the daemon. */
const arrived = (procedure: number) =>
  daemon.peers.flatMap(({ frames }) => frames.filter(({ header }) => header.procedure === procedure)).length;
const soon = { deadlineMs: 100 };
const late = { code: 'timeout' };
const lost = { code: 'disconnected' };

describe('framing', () => {
  const calls = Array.from({ length: 5 }, (_, i) =>
    frameOf({ procedure: hostname, type: MessageType.call, serial: i }, new Uint8Array(i * 4)),
  );
  const bytes = Buffer.concat(calls);

  test.each([
    { cut: 'whole', size: bytes.length },
    { cut: 'byte by byte', size: 1 },
    { cut: 'by seven', size: 7 },
  ])('messages pass as they are, both ways: $cut', async ({ size }) => {
    const answers: Buffer[] = [];
    await open({
      intercept: (frame, peer) => {
        const answer = replyTo(frame, procedures.connectGetHostname, {
          hostname: 'x'.repeat(frame.header.serial),
        });
        answers.push(answer);
        for (let i = 0; i < answer.length; i += size) peer.send(answer.subarray(i, i + size));
        return true;
      },
    });
    const socket = createConnection(proxy.port, '127.0.0.1');
    socket.setNoDelay(true);
    for (let i = 0; i < bytes.length; i += size) {
      await new Promise((resolve) => socket.write(bytes.subarray(i, i + size), resolve));
    }
    const got: Buffer[] = [];
    const decoder = new FrameDecoder();
    let frames = 0;
    while (frames < calls.length) {
      const [chunk]: Buffer[] = await once(socket, 'data');
      if (!chunk) break;
      got.push(chunk);
      frames += decoder.push(chunk).length;
    }
    socket.destroy();
    expect(Buffer.concat(got)).toEqual(Buffer.concat(answers));
    expect(daemon.peers[0]?.frames.map(({ header, payload }) => [header.serial, payload.length])).toEqual([
      [0, 0],
      [1, 4],
      [2, 8],
      [3, 12],
      [4, 16],
    ]);
  });

  test('what is not libvirt’s protocol ends the connection', async () => {
    await open();
    const socket = createConnection(proxy.port, '127.0.0.1');
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    expect(daemon.peers.flatMap(({ frames }) => frames)).toEqual([]);
  });

  test('an end passes from each side to the other', async () => {
    await open();
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const own = await startProxy({ listen: { host: '127.0.0.1' }, target: { host: '127.0.0.1', port } });
    for (const ends of ['client', 'server']) {
      const accepted = once(listener, 'connection');
      const client = createConnection(own.port, '127.0.0.1');
      const [server]: Socket[] = await accepted;
      if (!server) throw new Error('nobody came');
      const [one, other] = ends === 'client' ? [client, server] : [server, client];
      const closed = once(other.resume(), 'close');
      one.destroy();
      await closed;
    }
    await own.close();
    listener.close();
  });
});

describe('a rule at the call', () => {
  test('drop: it never arrives, what follows does', async () => {
    await open();
    const connection = await client();
    const rule = proxy.rule({ at: 'call', procedure: hostname, act: 'drop' });
    await expect(connection.connectGetHostname({}, soon)).rejects.toMatchObject(late);
    await rule.hit;
    expect(arrived(hostname)).toBe(0);
    expect(await connection.connectGetHostname({})).toEqual({ hostname: 'alpha' });
  });

  test('delay: it comes later, and nothing overtakes it', async () => {
    await open();
    const connection = await client();
    const rule = proxy.rule({ at: 'call', procedure: hostname, act: 'delay', delayMs: 30 });
    const answers = [connection.connectGetHostname({}), connection.connectGetType({})];
    await rule.hit;
    expect(arrived(procedures.connectGetType.number)).toBe(0);
    expect(await Promise.all(answers)).toEqual([{ hostname: 'alpha' }, { type: 'QEMU' }]);
    const order = daemon.peers[0]?.frames.slice(-2).map(({ header }) => header.procedure);
    expect(order).toEqual([hostname, procedures.connectGetType.number]);
  });

  test('hold: all of that connection waits for release, others do not', async () => {
    await open();
    const [held, other] = [await client(), await client()];
    const rule = proxy.rule({ at: 'call', procedure: hostname, act: 'hold' });
    const answers = [held.connectGetHostname({}), held.connectGetType({})];
    await rule.hit;
    expect(await other.connectGetType({})).toEqual({ type: 'QEMU' });
    expect(daemon.peers[0]?.frames.at(-1)?.header.procedure).toBe(procedures.connectOpen.number);
    rule.release();
    expect(await Promise.all(answers)).toEqual([{ hostname: 'alpha' }, { type: 'QEMU' }]);
  });

  test('cut: it never arrives, and both sides end', async () => {
    await open();
    const connection = await client();
    const rule = proxy.rule({ at: 'call', procedure: hostname, act: 'cut' });
    await expect(connection.connectGetHostname({})).rejects.toMatchObject(lost);
    await rule.hit;
    expect(arrived(hostname)).toBe(0);
    // The next connection is as good as any.
    expect(await (await client()).connectGetHostname({})).toEqual({ hostname: 'alpha' });
  });

  test('cut-after: it arrives, and its answer does not', async () => {
    await open();
    const connection = await client();
    const rule = proxy.rule({ at: 'call', procedure: hostname, act: 'cut-after' });
    const met = daemon.peers[0]?.next(({ header }) => header.procedure === hostname);
    await expect(connection.connectGetHostname({})).rejects.toMatchObject(lost);
    await rule.hit;
    await met;
    expect(arrived(hostname)).toBe(1);
  });
});

describe('a rule at the reply', () => {
  test('drop', async () => {
    await open();
    const connection = await client();
    proxy.rule({ at: 'reply', procedure: hostname, act: 'drop' });
    await expect(connection.connectGetHostname({}, soon)).rejects.toMatchObject(late);
    expect(arrived(hostname)).toBe(1);
    expect(await connection.connectGetHostname({})).toEqual({ hostname: 'alpha' });
  });

  test('hold, and what follows', async () => {
    await open();
    const connection = await client();
    const rule = proxy.rule({ at: 'reply', procedure: hostname, act: 'hold' });
    const answer = connection.connectGetHostname({});
    await rule.hit;
    await expect(connection.connectGetType({}, soon)).rejects.toMatchObject(late);
    rule.release();
    expect(await answer).toEqual({ hostname: 'alpha' });
  });

  test('cut: the daemon did it, and the client cannot know', async () => {
    await open();
    const connection = await client();
    proxy.rule({ at: 'reply', procedure: hostname, act: 'cut' });
    await expect(connection.connectGetHostname({})).rejects.toMatchObject(lost);
    expect(arrived(hostname)).toBe(1);
  });

  test('cut-after: the client still hears it', async () => {
    await open();
    const connection = await client();
    proxy.rule({ at: 'reply', procedure: hostname, act: 'cut-after' });
    expect(await connection.connectGetHostname({})).toEqual({ hostname: 'alpha' });
    await expect(connection.connectGetHostname({})).rejects.toMatchObject(lost);
  });

  test('of an event', async () => {
    const number = 318;
    await open();
    const connection = await client();
    const rule = proxy.rule({ at: 'message', procedure: number, act: 'drop' });
    daemon.peers[0]?.send(frameOf({ procedure: number, type: MessageType.message }));
    await rule.hit;
    expect(await connection.connectGetType({})).toEqual({ type: 'QEMU' });
  });
});

describe('which message', () => {
  test('the nth, of all connections together; and only once', async () => {
    await open();
    const [a, b] = [await client(), await client()];
    const rule = proxy.rule({ at: 'call', procedure: hostname, act: 'drop', nth: 3 });
    for (const connection of [a, b]) {
      expect(await connection.connectGetHostname({})).toEqual({ hostname: 'alpha' });
    }
    await expect(a.connectGetHostname({}, soon)).rejects.toMatchObject(late);
    await rule.hit;
    expect(await a.connectGetHostname({})).toEqual({ hostname: 'alpha' });
  });

  test('two rules for the same call: one after the other', async () => {
    await open();
    const connection = await client();
    const first = proxy.rule({ at: 'call', procedure: hostname, act: 'drop' });
    const second = proxy.rule({ at: 'call', procedure: hostname, act: 'cut', nth: 2 });
    await expect(connection.connectGetHostname({}, soon)).rejects.toMatchObject(late);
    await first.hit;
    await expect(connection.connectGetHostname({})).rejects.toMatchObject(lost);
    await second.hit;
  });

  test('none, once the rule was withdrawn', async () => {
    await open();
    const connection = await client();
    proxy.rule({ at: 'call', procedure: hostname, act: 'cut' }).release();
    expect(await connection.connectGetHostname({})).toEqual({ hostname: 'alpha' });
  });
});

describe('all connections', () => {
  test('cutAll ends those that are there', async () => {
    await open();
    const both = [await client(), await client()];
    proxy.cutAll();
    for (const connection of both) {
      await expect(connection.connectGetHostname({})).rejects.toMatchObject(lost);
    }
    expect(await (await client()).connectGetHostname({})).toEqual({ hostname: 'alpha' });
  });

  test('silence: nothing passes, and nobody learns of an end, until it is over', async () => {
    await open();
    const connection = await client();
    const socket = createConnection(proxy.port, '127.0.0.1');
    socket.write(frameOf({ procedure: hostname, type: MessageType.call }));
    await once(socket, 'data');
    let isEnded = false;
    socket.on('end', () => {
      isEnded = true;
    });
    proxy.silence();
    daemon.peers[1]?.drop();
    await expect(connection.connectGetHostname({}, soon)).rejects.toMatchObject(late);
    expect(arrived(hostname)).toBe(1);
    await expect(connect(`qemu+tcp://127.0.0.1:${proxy.port}/system`, soon)).rejects.toMatchObject({
      code: 'connect',
    });
    expect(isEnded).toBe(false);
    expect(daemon.peers).toHaveLength(2);
    const ended = once(socket, 'end');
    proxy.unsilence();
    await ended;
    expect(await connection.connectGetHostname({})).toEqual({ hostname: 'alpha' });
    expect(arrived(hostname)).toBe(3);
  });

  test('a held message does not pass a silent link when it is released', async () => {
    await open();
    const connection = await client();
    const rule = proxy.rule({ at: 'call', procedure: hostname, act: 'hold' });
    const answer = connection.connectGetHostname({});
    await rule.hit;
    proxy.silence();
    rule.release();
    await expect(connection.connectGetType({}, soon)).rejects.toMatchObject(late);
    expect(arrived(hostname)).toBe(0);
    proxy.unsilence();
    expect(await answer).toEqual({ hostname: 'alpha' });
  });
});
