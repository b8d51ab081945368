import { expect, test } from 'vitest';
import { LibvirtError } from '../errors.ts';
import { encoded } from '../testing/messages.ts';
import { XdrReader } from '../xdr/reader.ts';
import { param, paramsByName, type TypedParam, typedParam } from './typed-param.ts';

const all: TypedParam[] = [
  param.int('i', -3),
  param.uint('u', 4_000_000_000),
  { field: 'l', type: 'llong', value: -(2n ** 62n) },
  param.ullong('ul', 2n ** 63n),
  { field: 'd', type: 'double', value: 0.5 },
  { field: 'b', type: 'boolean', value: true },
  param.string('s', 'tcp://10.0.0.2'),
];

test.each(all)('$type is written and read again', (one) => {
  expect(typedParam.read(new XdrReader(encoded(typedParam, one)))).toEqual(one);
});

test('an unknown type is a protocol error', () => {
  const bytes = Buffer.from(encoded(typedParam, param.int('i', 1)));
  bytes.writeInt32BE(9, bytes.length - 8);
  expect(() => typedParam.read(new XdrReader(bytes))).toThrow(LibvirtError);
});

test('by name, the last of several wins', () => {
  expect(paramsByName([param.int('x', 1), param.int('x', 2)]).get('x')).toBe(2);
});
