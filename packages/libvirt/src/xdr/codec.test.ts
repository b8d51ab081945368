import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LibvirtError } from '../errors.ts';
import { encoded } from '../testing/messages.ts';
import {
  array,
  bool,
  type Codec,
  chars,
  double,
  i32,
  i64,
  opaque,
  optional,
  string,
  struct,
  u32,
  u64,
  uuid,
} from './codec.ts';
import { XdrReader } from './reader.ts';

function decoded<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new XdrReader(bytes);
  const value = codec.read(reader);
  reader.end();
  return value;
}
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('values as RFC 4506 and libvirt write them', () => {
  test.each([
    { name: 'unsigned int', codec: u32, value: 1, bytes: '00000001' },
    { name: 'int', codec: i32, value: -1, bytes: 'ffffffff' },
    { name: 'unsigned hyper', codec: u64, value: 1n, bytes: '0000000000000001' },
    { name: 'hyper', codec: i64, value: -1n, bytes: 'ffffffffffffffff' },
    { name: 'double', codec: double, value: 1, bytes: '3ff0000000000000' },
    { name: 'bool', codec: bool, value: true, bytes: '00000001' },
    { name: 'string, padded to four', codec: string, value: 'abcde', bytes: '000000056162636465000000' },
    { name: 'empty string', codec: string, value: '', bytes: '00000000' },
    { name: 'string in UTF-8', codec: string, value: 'é', bytes: '00000002c3a90000' },
    { name: 'absent pointer', codec: optional(u32), value: null, bytes: '00000000' },
    { name: 'present pointer', codec: optional(u32), value: 7, bytes: '0000000100000007' },
    { name: 'chars, four bytes each', codec: chars(2), value: 'a', bytes: '0000006100000000' },
    { name: 'array', codec: array(u32, 9), value: [1, 2], bytes: '000000020000000100000002' },
  ] as { name: string; codec: Codec<unknown>; value: unknown; bytes: string }[])(
    '$name',
    ({ codec, value, bytes }) => {
      expect(hex(encoded(codec, value))).toBe(bytes);
      expect(decoded(codec, Buffer.from(bytes, 'hex'))).toEqual(value);
    },
  );

  test('a UUID is sixteen packed bytes, and text with dashes', () => {
    const text = '6695eb01-f6a4-8304-79aa-97f2502e193f';
    expect(hex(encoded(uuid, text))).toBe(text.replaceAll('-', ''));
    expect(decoded(uuid, encoded(uuid, text))).toBe(text);
    expect(() => encoded(uuid, 'not-a-uuid')).toThrow(TypeError);
  });
});

test('whatever is written is read again', () => {
  const everything = struct({
    a: u32,
    b: i64,
    c: string,
    d: optional(string),
    e: array(struct({ x: i32, y: opaque(100) }), 50),
    f: bool,
    g: double,
  });
  const value = fc.record({
    a: fc.nat(0xffffffff),
    b: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    c: fc.string({ unit: 'grapheme' }),
    d: fc.option(fc.string()),
    e: fc.array(fc.record({ x: fc.integer(), y: fc.uint8Array({ maxLength: 100 }) }), { maxLength: 50 }),
    f: fc.boolean(),
    g: fc.double({ noNaN: true }),
  });
  fc.assert(
    fc.property(value, (one) => {
      expect(decoded(everything, encoded(everything, one))).toEqual(one);
    }),
  );
});

describe('what lies is refused before anything is allocated for it', () => {
  test.each([
    { name: 'a string that claims more than there is', codec: string, bytes: '000000ff61' },
    { name: 'a string over the limit', codec: string, bytes: 'ffffffff' },
    {
      name: 'an array that claims more than there is',
      codec: array(u32, 0xffffffff),
      bytes: 'ffffffff00000001',
    },
    { name: 'an array over its limit', codec: array(u32, 1), bytes: '000000020000000100000002' },
    { name: 'opaque over its limit', codec: opaque(2), bytes: '0000000361626300' },
    { name: 'a pointer that is neither', codec: optional(u32), bytes: '0000000200000001' },
    { name: 'padding that is missing', codec: string, bytes: '0000000161' },
    { name: 'half a hyper', codec: u64, bytes: '00000000' },
    { name: 'bytes after the end', codec: u32, bytes: '0000000100000000' },
  ] as { name: string; codec: Codec<unknown>; bytes: string }[])('$name', ({ codec, bytes }) => {
    expect(() => decoded(codec, Buffer.from(bytes, 'hex'))).toThrow(LibvirtError);
  });

  test('what is over a limit is not written either', () => {
    expect(() => encoded(opaque(2), new Uint8Array(3))).toThrow(RangeError);
    expect(() => encoded(array(u32, 1), [1, 2])).toThrow(RangeError);
    expect(() => encoded(string, 'x'.repeat(4_194_305))).toThrow(RangeError);
  });
});
