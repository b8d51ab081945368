import { bool, type Codec, double, i32, i64, string, u32, u64 } from '../xdr/codec.ts';
import { malformed } from '../xdr/reader.ts';

/** `virTypedParameter`: a named value that carries its own type. Names may repeat (`migrate_disks`). */
export type TypedParam = { readonly field: string } & TypedValue;

type TypedValue =
  | { readonly type: 'int' | 'uint' | 'double'; readonly value: number }
  | { readonly type: 'llong' | 'ullong'; readonly value: bigint }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string };

/** `VIR_TYPED_PARAM_*` of libvirt-common.h, in order from 1. */
const types = ['int', 'uint', 'llong', 'ullong', 'double', 'boolean', 'string'] as const;

const codecs = { int: i32, uint: u32, llong: i64, ullong: u64, double, boolean: bool, string } as const;

export const typedParam: Codec<TypedParam> = {
  minBytes: 12,
  write(to, param) {
    string.write(to, param.field);
    to.i32(types.indexOf(param.type) + 1);
    (codecs[param.type] as Codec<TypedParam['value']>).write(to, param.value);
  },
  read(from) {
    const field = string.read(from);
    const number = from.i32();
    const type = types[number - 1];
    if (type === undefined) throw malformed(`typed parameter ${field} has the unknown type ${number}`);
    return { field, type, value: codecs[type].read(from) } as TypedParam;
  },
};

/** Shorthands to build parameters: `param.string('migrate_uri', 'tcp://10.0.0.2')`. */
export const param = {
  int: (field: string, value: number): TypedParam => ({ field, type: 'int', value }),
  uint: (field: string, value: number): TypedParam => ({ field, type: 'uint', value }),
  llong: (field: string, value: bigint): TypedParam => ({ field, type: 'llong', value }),
  ullong: (field: string, value: bigint): TypedParam => ({ field, type: 'ullong', value }),
  string: (field: string, value: string): TypedParam => ({ field, type: 'string', value }),
} as const;

/** The parameters by name. Where a name repeats, the last wins. */
export function paramsByName(params: readonly TypedParam[]): Map<string, TypedParam['value']> {
  return new Map(params.map((one) => [one.field, one.value]));
}
