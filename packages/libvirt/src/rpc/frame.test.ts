import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LibvirtError } from '../errors.ts';
import { frameOf } from '../testing/messages.ts';
import { FRAME_MAX_BYTES, type Frame, FrameDecoder } from './frame.ts';

/** Feeds bytes cut at the given places. */
function feed(bytes: Buffer, cuts: readonly number[]): Frame[] {
  const decoder = new FrameDecoder();
  const places = [0, ...[...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).flatMap((end, i) => decoder.push(bytes.subarray(places[i], end)));
}
const simple = (frames: readonly Frame[]) =>
  frames.map(({ header, payload }) => [header.serial, Buffer.from(payload).toString('hex')]);

const stream = fc.array(
  fc.record({ serial: fc.nat(0xffffffff), payload: fc.uint8Array({ maxLength: 64 }) }),
  { maxLength: 8 },
);

describe('frames come out as they went in', () => {
  test('whole, byte by byte, and cut anywhere', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat()), (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(({ serial, payload }) => frameOf({ serial }, payload)));
        const expected = messages.map(({ serial, payload }) => [
          serial,
          Buffer.from(payload).toString('hex'),
        ]);
        expect(simple(feed(bytes, []))).toEqual(expected);
        expect(simple(feed(bytes, cuts))).toEqual(expected);
        expect(
          simple(
            feed(
              bytes,
              Array.from({ length: bytes.length }, (_, i) => i),
            ),
          ),
        ).toEqual(expected);
      }),
    );
  });
});

describe('bounds', () => {
  test.each([0, 3, 27, FRAME_MAX_BYTES + 1, 0xffffffff])(
    'a length of %d is refused as soon as it is seen',
    (length) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(length);
      expect(() => new FrameDecoder().push(bytes)).toThrow(LibvirtError);
    },
  );

  test('a length that promises the most is not allocated for', () => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(FRAME_MAX_BYTES);
    const decoders = Array.from({ length: 100 }, () => new FrameDecoder());
    const before = process.memoryUsage().arrayBuffers;
    for (const decoder of decoders) decoder.push(Buffer.from(head));
    // A hundred promises of 32 MiB would be 3.2 GiB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 ** 2);
    expect(decoders).toHaveLength(100);
  });
});
