import { afterEach, describe, expect, test } from 'vitest';
import { connect } from '../connect.ts';
import type { Connection } from '../connection.ts';
import { LibvirtError, RemoteError } from '../errors.ts';
import { Program } from '../protocol/procedure.ts';
import { procedures } from '../protocol/procedures/index.ts';
import { type FakeDaemon, type FakeDaemonOptions, startFakeDaemon } from '../testing/fake-daemon.ts';
import { eventOf, ping, replyTo } from '../testing/messages.ts';
import type { Frame } from './frame.ts';

let daemon: FakeDaemon;
let connection: Connection;

async function open(options: FakeDaemonOptions = {}): Promise<void> {
  daemon = await startFakeDaemon(options);
  connection = await connect(daemon.uri);
}
afterEach(async () => {
  await connection.close();
  await daemon.close();
});

const isCall = (number: number) => (frame: Frame) =>
  frame.header.procedure === number && frame.header.program === Program.remote;
const peer = () => {
  const [first] = daemon.peers;
  if (!first) throw new Error('nobody has connected');
  return first;
};
const dom = { name: 'web', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };

describe('replies', () => {
  test('are matched by serial, in whatever order they come', async () => {
    const held: Frame[] = [];
    await open({
      intercept: (frame) => isCall(procedures.domainLookupByName.number)(frame) && held.push(frame) > 0,
    });
    const calls = ['a', 'b', 'c'].map((name) => connection.domainLookupByName({ name }));
    while (held.length < 3) await peer().next(isCall(procedures.domainLookupByName.number));
    for (const [i, frame] of [...held.entries()].reverse()) {
      peer().send(replyTo(frame, procedures.domainLookupByName, { dom: { ...dom, name: `reply-${i}` } }));
    }
    expect((await Promise.all(calls)).map((reply) => reply.dom.name)).toEqual([
      'reply-0',
      'reply-1',
      'reply-2',
    ]);
  });

  test('an error carries what libvirt said', async () => {
    await open({
      handlers: {
        domainLookupByName: () => {
          throw new Error('Domain not found');
        },
      },
    });
    const failure = connection.domainLookupByName({ name: 'x' });
    await expect(failure).rejects.toBeInstanceOf(RemoteError);
    await expect(failure).rejects.toMatchObject({
      code: 'remote',
      number: 1,
      message: 'Domain not found',
      level: 2,
    });
    expect(await connection.connectSupportsFeature({ feature: 1 })).toEqual({ supported: true });
  });

  test('no more than four calls are in flight; the rest wait their turn', async () => {
    const held: Frame[] = [];
    await open({
      intercept: (frame) => isCall(procedures.connectGetHostname.number)(frame) && held.push(frame) > 0,
    });
    const calls = Array.from({ length: 9 }, () => connection.connectGetHostname({}));
    let answered = 0;
    while (answered < 9) {
      if (held.length === 0) await peer().next(isCall(procedures.connectGetHostname.number));
      expect(held.length).toBeLessThanOrEqual(4);
      const frame = held.shift();
      if (!frame) continue;
      answered++;
      peer().send(replyTo(frame, procedures.connectGetHostname, { hostname: String(answered) }));
    }
    expect(await Promise.all(calls)).toHaveLength(9);
  });
});

describe('giving up', () => {
  test('at the deadline; the late reply is dropped and the connection lives', async () => {
    let late: Frame | undefined;
    await open({
      intercept: (frame) => {
        if (!isCall(procedures.connectGetHostname.number)(frame)) return false;
        late = frame;
        return true;
      },
    });
    await expect(connection.connectGetHostname({}, { deadlineMs: 20 })).rejects.toMatchObject({
      code: 'timeout',
    });
    if (late) peer().send(replyTo(late, procedures.connectGetHostname, { hostname: 'late' }));
    expect(await connection.connectSupportsFeature({ feature: 1 })).toEqual({ supported: true });
  });

  test('by signal: before it was sent it never is', async () => {
    await open({ intercept: isCall(procedures.connectGetHostname.number) });
    const stop = new AbortController();
    const calls = Array.from({ length: 5 }, () => connection.connectGetHostname({}, { signal: stop.signal }));
    const settled = Promise.allSettled(calls);
    stop.abort(new Error('enough'));
    for (const result of await settled)
      expect(result).toMatchObject({ status: 'rejected', reason: { message: 'enough' } });
    await expect(connection.connectGetHostname({}, { signal: stop.signal })).rejects.toThrow('enough');
    expect(peer().frames.filter(isCall(procedures.connectGetHostname.number)).length).toBeLessThanOrEqual(4);
  });
});

describe('the end of a connection', () => {
  test('rejects all that wait, and all that come later', async () => {
    await open({ intercept: isCall(procedures.connectGetHostname.number) });
    const ended = new Promise<LibvirtError>((resolve) => connection.onClosed(resolve));
    const settled = Promise.allSettled(Array.from({ length: 10 }, () => connection.connectGetHostname({})));
    await peer().next(isCall(procedures.connectGetHostname.number));
    peer().drop();
    for (const result of await settled)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'disconnected' } });
    await expect(connection.connectGetType({})).rejects.toBeInstanceOf(LibvirtError);
    expect(await ended).toMatchObject({ code: 'disconnected' });
  });
});

describe('events', () => {
  const event = { callbackId: 7, dom, event: 3, detail: 0 };

  test('reach their subscriber, and stop when it unsubscribes', async () => {
    await open({
      handlers: {
        connectDomainEventCallbackRegisterAny: () => ({ callbackId: 7 }),
        connectDomainEventCallbackDeregisterAny: () => ({}),
      },
    });
    const heard: number[] = [];
    const unsubscribe = await connection.subscribe('lifecycle', dom, ({ event: number }) =>
      heard.push(number),
    );
    peer().send(eventOf('lifecycle', event));
    peer().send(eventOf('lifecycle', { ...event, callbackId: 8 }));
    await connection.connectSupportsFeature({ feature: 1 });
    await unsubscribe();
    peer().send(eventOf('lifecycle', event));
    await connection.connectSupportsFeature({ feature: 1 });
    expect(heard).toEqual([3]);
  });

  test('one that overtakes the reply to its registration is not lost', async () => {
    await open({
      intercept: (frame, from) => {
        if (isCall(procedures.connectDomainEventCallbackRegisterAny.number)(frame))
          from.send(eventOf('lifecycle', event));
        return false;
      },
      handlers: { connectDomainEventCallbackRegisterAny: () => ({ callbackId: 7 }) },
    });
    const heard: number[] = [];
    await connection.subscribe('lifecycle', null, ({ event: number }) => heard.push(number));
    expect(heard).toEqual([3]);
  });
});

describe('keepalive', () => {
  test('a ping is answered', async () => {
    await open();
    const pong = peer().next(({ header }) => header.program === Program.keepalive && header.procedure === 2);
    peer().send(ping);
    expect((await pong).header).toMatchObject({ type: 2, serial: 0 });
  });

  test('a daemon that says nothing any more ends the connection', async () => {
    daemon = await startFakeDaemon();
    connection = await connect(daemon.uri, { keepalive: { intervalMs: 10, count: 2 } });
    const ended = await new Promise<LibvirtError>((resolve) => connection.onClosed(resolve));
    expect(ended).toMatchObject({ code: 'disconnected' });
    expect(ended.message).toContain('silent');
    expect(
      peer().frames.filter(({ header }) => header.program === Program.keepalive).length,
    ).toBeGreaterThanOrEqual(2);
  });
});
