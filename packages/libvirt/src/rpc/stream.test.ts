import { afterEach, expect, test } from 'vitest';
import { connect } from '../connect.ts';
import type { Connection } from '../connection.ts';
import { streamProcedures } from '../protocol/procedures/streams.ts';
import { type FakeDaemon, type Peer, startFakeDaemon } from '../testing/fake-daemon.ts';
import { encoded, errorTo, frameOf, replyTo } from '../testing/messages.ts';
import { i64, struct, u32 } from '../xdr/codec.ts';
import { type Frame, MessageStatus, MessageType } from './frame.ts';

let daemon: FakeDaemon;
let connection: Connection;
afterEach(async () => {
  await connection.close();
  await daemon.close();
});

const vol = { pool: 'images', name: 'base.qcow2', key: '/images/base.qcow2' };
const { storageVolDownload, storageVolUpload } = streamProcedures;
const isOf = ({ number }: { number: number }, frame: Frame) => frame.header.procedure === number;
/** A frame of the stream that a call began. */
const inStream = (call: Frame, status: number, payload?: Uint8Array, type: number = MessageType.stream) =>
  frameOf({ ...call.header, type, status }, payload);
const hole = (length: bigint) => encoded(struct({ length: i64, flags: u32 }), { length, flags: 0 });

/** Answers a call that begins a stream with `then`; what the client sends in the stream goes to `heard`. */
async function open(
  procedure: { number: number },
  then: (call: Frame, peer: Peer) => void,
  heard: (frame: Frame, peer: Peer) => void = () => undefined,
): Promise<void> {
  daemon = await startFakeDaemon({
    intercept: (frame, peer) => {
      if (!isOf(procedure, frame)) return false;
      if (frame.header.type === MessageType.call) then(frame, peer);
      else heard(frame, peer);
      return true;
    },
  });
  connection = await connect(daemon.uri);
}

test('a download is told in data and holes, also where they come at once with the reply', async () => {
  await open(
    storageVolDownload,
    (call, peer) =>
      peer.send(
        Buffer.concat([
          replyTo(call, storageVolDownload, {}),
          inStream(call, MessageStatus.continue, Buffer.from('abc')),
          inStream(call, MessageStatus.continue, hole(5n), MessageType.streamHole),
          inStream(call, MessageStatus.continue, Buffer.from('de')),
          inStream(call, MessageStatus.continue),
        ]),
      ),
    (frame, peer) => {
      expect(frame.header.status).toBe(MessageStatus.ok);
      peer.send(inStream(frame, MessageStatus.ok));
    },
  );
  const pieces = await connection.readVolume({ vol, offset: 0n, length: 10 });
  expect(pieces.map((piece) => ('hole' in piece ? piece : Buffer.from(piece).toString()))).toEqual([
    'abc',
    { hole: 5 },
    'de',
  ]);
});

test('an upload is cut into messages that any version takes, and is done when the daemon says so', async () => {
  const sizes: number[] = [];
  await open(
    storageVolUpload,
    (call, peer) => peer.send(replyTo(call, storageVolUpload, {})),
    (frame, peer) => {
      if (frame.header.status === MessageStatus.continue) sizes.push(frame.payload.length);
      else peer.send(inStream(frame, MessageStatus.ok));
    },
  );
  await connection.writeVolume({ vol, offset: 4096n }, [Buffer.alloc(600_000, 1), Buffer.alloc(7, 2)]);
  expect(sizes).toEqual([262_120, 262_120, 75_760, 7]);
});

test('an error in the middle is what the caller hears, and the daemon is told that nobody listens', async () => {
  const heard = Promise.withResolvers<number>();
  await open(
    storageVolUpload,
    (call, peer) => {
      peer.send(replyTo(call, storageVolUpload, {}));
      const said = { header: { ...call.header, type: MessageType.stream }, payload: call.payload };
      const error = errorTo(said, 38, 'cannot write: No space left on device');
      error.writeInt32BE(MessageType.stream, 16);
      peer.send(error);
    },
    ({ header }) => header.status === MessageStatus.error && heard.resolve(header.status),
  );
  const writing = connection.writeVolume({ vol, offset: 0n }, [Buffer.alloc(10)]);
  await expect(writing).rejects.toThrow('No space left on device');
  expect(await heard.promise).toBe(MessageStatus.error);
});

test('a daemon that sends more than it was asked for is not listened to', async () => {
  await open(storageVolDownload, (call, peer) => {
    peer.send(replyTo(call, storageVolDownload, {}));
    peer.send(inStream(call, MessageStatus.continue, hole(11n), MessageType.streamHole));
  });
  await expect(connection.readVolume({ vol, offset: 0n, length: 10 })).rejects.toThrow(
    'a stream of more than 10 bytes',
  );
});

test('a refused call begins no stream', async () => {
  await open(storageVolDownload, (call, peer) => peer.send(errorTo(call, 50, 'no such volume')));
  await expect(connection.readVolume({ vol, offset: 0n, length: 10 })).rejects.toThrow('no such volume');
});

test('a part is given up by a signal and by its deadline', async () => {
  await open(storageVolDownload, (call, peer) => peer.send(replyTo(call, storageVolDownload, {})));
  const given = new AbortController();
  const part = { vol, offset: 0n, length: 10 };
  const reading = connection.readVolume(part, { signal: given.signal });
  given.abort(new Error('enough'));
  await expect(reading).rejects.toThrow('enough');
  await expect(connection.readVolume(part, { deadlineMs: 30 })).rejects.toMatchObject({ code: 'timeout' });
});

test('a connection that ends ends its streams', async () => {
  await open(storageVolDownload, (call, peer) => {
    peer.send(replyTo(call, storageVolDownload, {}));
    peer.drop();
  });
  await expect(connection.readVolume({ vol, offset: 0n, length: 10 })).rejects.toMatchObject({
    code: 'disconnected',
  });
});
