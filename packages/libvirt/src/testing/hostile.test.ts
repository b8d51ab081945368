import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { connect } from '../connect.ts';
import { LibvirtError } from '../errors.ts';
import { events } from '../protocol/events.ts';
import { Program } from '../protocol/procedure.ts';
import { type AnyProcedure, procedures } from '../protocol/procedures/index.ts';
import { messageError } from '../protocol/structs.ts';
import { FRAME_MAX_BYTES, type Frame, FrameDecoder } from '../rpc/frame.ts';
import type { Codec } from '../xdr/codec.ts';
import { XdrReader } from '../xdr/reader.ts';
import { startFakeDaemon } from './fake-daemon.ts';
import { frameOf, replyTo } from './messages.ts';

/** Bytes from a daemon that lies: never a crash, never a hang, never more memory than a frame may have. */

const MEMORY_MAX_BYTES = 2 * FRAME_MAX_BYTES;

/** Runs something that may only succeed or throw a typed error. */
function typed(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    expect(error.code).toBe('protocol');
  }
}

describe('the frame decoder', () => {
  test('any bytes, whole and byte by byte, are frames or a typed error, and alike', () => {
    const length = fc.oneof(
      fc.constantFrom(0, 27, 28, 29, FRAME_MAX_BYTES, FRAME_MAX_BYTES + 1, 0xffffffff),
      fc.nat(100),
    );
    fc.assert(
      fc.property(length, fc.uint8Array({ maxLength: 200 }), (claimed, rest) => {
        const bytes = Buffer.alloc(4 + rest.length);
        bytes.writeUInt32BE(claimed);
        bytes.set(rest, 4);
        const outcome = (chunks: readonly Buffer[]) => {
          const decoder = new FrameDecoder();
          const frames: Frame[] = [];
          try {
            for (const chunk of chunks) frames.push(...decoder.push(chunk));
          } catch (error) {
            return error instanceof LibvirtError ? error.code : 'crash';
          }
          return frames.length;
        };
        const single = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
        expect(outcome([bytes])).not.toBe('crash');
        // Cut up, frames before the nonsense may have come out first; what follows is the same nonsense.
        expect(typeof outcome(single)).toBe(typeof outcome([bytes]));
      }),
      { numRuns: 2000 },
    );
  });
});

const payloads: [string, Codec<unknown>][] = [
  ...Object.entries(procedures).map(([name, one]): [string, Codec<unknown>] => [
    name,
    (one as AnyProcedure).ret,
  ]),
  ...Object.entries(events).map(([name, one]): [string, Codec<unknown>] => [
    name,
    one.payload as Codec<unknown>,
  ]),
  ['an error', messageError as Codec<unknown>],
];

/** Bytes that look like XDR: small numbers and huge ones, where lengths and counts are expected. */
const xdrLike = fc
  .array(fc.oneof(fc.constantFrom(0, 1, 2, 16_384, 0x7fffffff, 0xffffffff), fc.nat(64), fc.nat(0xffffffff)), {
    maxLength: 64,
  })
  .map((words) => {
    const bytes = Buffer.alloc(words.length * 4);
    for (const [i, word] of words.entries()) bytes.writeUInt32BE(word, i * 4);
    return bytes;
  });

describe('every payload that a daemon can send', () => {
  test.each(payloads)('%s', (_, codec) => {
    fc.assert(
      fc.property(fc.oneof(xdrLike, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        typed(() => {
          const reader = new XdrReader(bytes);
          codec.read(reader);
          reader.end();
        });
      }),
      { numRuns: 300 },
    );
  });

  test('a count of four billion allocates nothing', () => {
    const bytes = Buffer.alloc(64, 0xff);
    const before = process.memoryUsage();
    for (const [, codec] of payloads) typed(() => codec.read(new XdrReader(bytes)));
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1024 ** 2);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(MEMORY_MAX_BYTES);
  });
});

/** What the liar does to an answer. */
type Lie = (reply: Buffer, random: readonly number[]) => Buffer[];
const at = (random: readonly number[], i: number) => random[i % random.length] ?? 0;
const lies: Readonly<Record<string, Lie>> = {
  truncated: (reply, r) => [reply.subarray(0, at(r, 0) % reply.length)],
  'a flipped byte': (reply, r) => {
    const copy = Buffer.from(reply);
    copy[at(r, 0) % copy.length] = at(r, 1) & 0xff;
    return [copy];
  },
  'a length that claims more': (reply, r) => {
    const copy = Buffer.from(reply);
    copy.writeUInt32BE(Math.min(0xffffffff, reply.length + at(r, 0)), 0);
    return [copy];
  },
  'random bytes': (_, r) => [Buffer.from(r.map((one) => one & 0xff))],
  'another procedure': (reply) => {
    const copy = Buffer.from(reply);
    copy.writeInt32BE(4321, 12);
    return [copy];
  },
  'another serial': (reply, r) => {
    const copy = Buffer.from(reply);
    copy.writeUInt32BE(at(r, 0), 20);
    return [copy];
  },
  'a type that nobody asked for': (reply) => [
    Buffer.concat([reply.subarray(0, 16), Buffer.from([0, 0, 0, 3]), reply.subarray(20)]),
  ],
  'said twice': (reply) => [reply, reply],
  'an event nobody knows, then the answer': (reply) => [frameOf({ procedure: 999, type: 2 }), reply],
  'an event that is no event': (reply) => [
    frameOf({ procedure: 318, type: 2 }, Buffer.from('nonsense')),
    reply,
  ],
  'byte by byte': (reply) => Array.from(reply, (_, i) => reply.subarray(i, i + 1)),
};

const honest: Lie = (reply) => [reply];

describe('the whole client, over a socket', () => {
  const random = { current: [0] as readonly number[], lie: honest };
  const started = startFakeDaemon({
    intercept: (frame, peer) => {
      if (
        frame.header.program !== Program.remote ||
        frame.header.procedure !== procedures.connectGetHostname.number
      )
        return false;
      for (const bytes of random.lie(
        replyTo(frame, procedures.connectGetHostname, { hostname: 'honest' }),
        random.current,
      ))
        peer.send(bytes);
      // A liar who has nothing more to say hangs up; who waits for the rest of a frame must not wait for ever.
      setImmediate(() => peer.drop());
      return true;
    },
  });
  afterAll(async () => (await started).close());

  test.each(Object.entries(lies))('%s: the call settles, well or with a typed error', async (_, lie) => {
    const { uri } = await started;
    random.lie = lie;
    const numbers = fc.array(fc.nat(0xffffffff), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(numbers, async (drawn) => {
        random.current = drawn;
        const connection = await connect(uri, { keepalive: null });
        const results = await Promise.allSettled([
          connection.connectGetHostname({}),
          connection.connectGetHostname({}),
        ]);
        for (const result of results) {
          if (result.status === 'fulfilled') expect(result.value).toHaveProperty('hostname');
          else expect(result.reason).toBeInstanceOf(LibvirtError);
        }
        await connection.close();
      }),
      { numRuns: 25 },
    );
  });

  test('the same daemon, when it does not lie, is believed', async () => {
    const { uri } = await started;
    random.lie = honest;
    const connection = await connect(uri, { keepalive: null });
    expect(await connection.connectGetHostname({})).toEqual({ hostname: 'honest' });
    await connection.close();
  });

  test('a daemon that floods with one endless frame is cut off at the limit', async () => {
    const endless = Buffer.alloc(1024 ** 2);
    const head = Buffer.alloc(28);
    head.writeUInt32BE(FRAME_MAX_BYTES + 1);
    const flood = await startFakeDaemon({
      intercept: (frame, peer) => {
        if (frame.header.procedure !== procedures.connectGetHostname.number) return false;
        peer.send(head);
        for (let i = 0; i < 8; i++) peer.send(endless);
        return true;
      },
    });
    const connection = await connect(flood.uri);
    await expect(connection.connectGetHostname({})).rejects.toMatchObject({ code: 'protocol' });
    await flood.close();
  });
});
