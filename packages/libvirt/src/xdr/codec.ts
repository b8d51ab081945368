import { malformed, type XdrReader } from './reader.ts';
import type { XdrWriter } from './writer.ts';

/** How one type goes onto the wire and comes off it. */
export interface Codec<T> {
  /** The fewest bytes that a value takes on the wire; bounds counts before anything is allocated. */
  readonly minBytes: number;
  write(to: XdrWriter, value: T): void;
  read(from: XdrReader): T;
}

/** The TypeScript type that a codec carries. */
export type Infer<C> = C extends Codec<infer T> ? T : never;

/** The fields of a struct, in wire order. */
export type Fields = Readonly<Record<string, Codec<unknown>>>;
export type InferFields<F extends Fields> = { [K in keyof F]: Infer<F[K]> };

/** libvirt's REMOTE_STRING_MAX. */
const STRING_MAX_BYTES = 4_194_304;

export const u32: Codec<number> = {
  minBytes: 4,
  write: (to, value) => to.u32(value),
  read: (from) => from.u32(),
};

export const i32: Codec<number> = {
  minBytes: 4,
  write: (to, value) => to.i32(value),
  read: (from) => from.i32(),
};

/** libvirt's `unsigned hyper`. */
export const u64: Codec<bigint> = {
  minBytes: 8,
  write: (to, value) => to.u64(value),
  read: (from) => from.u64(),
};

/** libvirt's `hyper`. */
export const i64: Codec<bigint> = {
  minBytes: 8,
  write: (to, value) => to.i64(value),
  read: (from) => from.i64(),
};

export const double: Codec<number> = {
  minBytes: 8,
  write: (to, value) => to.double(value),
  read: (from) => from.double(),
};

/** An `int` that means yes (not 0) or no (0). */
export const bool: Codec<boolean> = {
  minBytes: 4,
  write: (to, value) => to.i32(value ? 1 : 0),
  read: (from) => from.i32() !== 0,
};

/** `remote_nonnull_string`. */
export const string: Codec<string> = {
  minBytes: 4,
  write(to, value) {
    const length = Buffer.byteLength(value);
    if (length > STRING_MAX_BYTES)
      throw new RangeError(`a string of ${length} bytes is over libvirt's limit`);
    to.u32(length);
    to.text(value);
  },
  read: (from) => from.text(from.length(STRING_MAX_BYTES, 1)),
};

/** `opaque name<max>`. */
export function opaque(max: number): Codec<Uint8Array> {
  return {
    minBytes: 4,
    write(to, value) {
      if (value.length > max) throw new RangeError(`${value.length} bytes are over the limit of ${max}`);
      to.u32(value.length);
      to.opaque(value);
    },
    read: (from) => from.opaque(from.length(max, 1)),
  };
}

/** `remote_uuid`, 16 packed bytes; in TypeScript the usual text with dashes. */
export const uuid: Codec<string> = {
  minBytes: 16,
  write(to, value) {
    const hex = value.replaceAll('-', '');
    if (!/^[0-9a-f]{32}$/i.test(hex)) throw new TypeError(`not a UUID: ${value}`);
    to.opaque(Buffer.from(hex, 'hex'));
  },
  read(from) {
    const hex = from.hex(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
};

/** `char name[length]`: text in a fixed field, ended by NUL. XDR gives each `char` four bytes. */
export function chars(length: number): Codec<string> {
  return {
    minBytes: length * 4,
    write(to, value) {
      const bytes = Buffer.alloc(length);
      bytes.write(value, 0, length - 1, 'utf8');
      for (const byte of bytes) to.i32(byte);
    },
    read(from) {
      const bytes = Buffer.alloc(length);
      for (let i = 0; i < length; i++) bytes[i] = from.i32() & 0xff;
      const end = bytes.indexOf(0);
      return bytes.toString('utf8', 0, end < 0 ? length : end);
    },
  };
}

/** `type name<max>`. */
export function array<T>(item: Codec<T>, max: number): Codec<T[]> {
  return {
    minBytes: 4,
    write(to, value) {
      if (value.length > max) throw new RangeError(`${value.length} items are over the limit of ${max}`);
      to.u32(value.length);
      for (const one of value) item.write(to, one);
    },
    read(from) {
      const count = from.length(max, item.minBytes);
      const items: T[] = [];
      for (let i = 0; i < count; i++) items.push(item.read(from));
      return items;
    },
  };
}

/** `type *name`: absent is `null`. */
export function optional<T>(inner: Codec<T>): Codec<T | null> {
  return {
    minBytes: 4,
    write(to, value) {
      to.u32(value === null ? 0 : 1);
      if (value !== null) inner.write(to, value);
    },
    read(from) {
      const present = from.u32();
      if (present > 1) throw malformed(`${present} where a pointer has 0 or 1`);
      return present === 1 ? inner.read(from) : null;
    },
  };
}

/** A struct; the order of the fields is the order on the wire. */
export function struct<F extends Fields>(fields: F): Codec<InferFields<F>> {
  const names = Object.keys(fields);
  const codecs = Object.values(fields);
  return {
    minBytes: codecs.reduce((sum, { minBytes }) => sum + minBytes, 0),
    write(to, value) {
      for (let i = 0; i < names.length; i++) codecs[i]?.write(to, value[names[i] ?? '']);
    },
    // A list of domains is thousands of these: plain loops here halve its time.
    read(from) {
      const value: Record<string, unknown> = {};
      for (let i = 0; i < names.length; i++) value[names[i] ?? ''] = codecs[i]?.read(from);
      return value as InferFields<F>;
    },
  };
}
