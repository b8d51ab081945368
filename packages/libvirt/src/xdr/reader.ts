import { LibvirtError } from '../errors.ts';

/**
 * Reads XDR (RFC 4506) from one message's payload. Every read is checked against what is left, so a length that
 * lies can't make it read or allocate past the message.
 */
export class XdrReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  i32(): number {
    return this.#bytes.readInt32BE(this.#advance(4));
  }

  u64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#advance(8));
  }

  i64(): bigint {
    return this.#bytes.readBigInt64BE(this.#advance(8));
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#advance(8));
  }

  /** Fixed-length opaque data: a copy, padded to four bytes on the wire. */
  opaque(length: number): Uint8Array {
    const at = this.#advance(padded(length));
    return new Uint8Array(this.#bytes.subarray(at, at + length));
  }

  /** The same as {@link opaque}, as hexadecimal text. */
  hex(length: number): string {
    const at = this.#advance(padded(length));
    return this.#bytes.toString('hex', at, at + length);
  }

  text(length: number): string {
    const at = this.#advance(padded(length));
    return this.#bytes.toString('utf8', at, at + length);
  }

  /** A length or count prefix; `unitBytes` is the least that each unit takes on the wire. */
  length(max: number, unitBytes: number): number {
    const count = this.u32();
    if (count > max) throw malformed(`length ${count} is over the limit of ${max}`);
    if (count * unitBytes > this.left) throw malformed(`length ${count} is more than the message holds`);
    return count;
  }

  /** Throws unless the whole payload was read. */
  end(): void {
    if (this.left !== 0) throw malformed(`${this.left} bytes follow the end`);
  }

  #advance(count: number): number {
    if (count > this.left) throw malformed(`${count} bytes wanted where ${this.left} are left`);
    const at = this.#at;
    this.#at += count;
    return at;
  }
}

/** XDR pads everything to four bytes. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

export function malformed(what: string): LibvirtError {
  return new LibvirtError('protocol', `malformed message: ${what}`);
}
