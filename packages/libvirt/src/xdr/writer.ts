import { padded } from './reader.ts';

const INITIAL_BYTES = 256;

/** Writes XDR (RFC 4506) into a buffer that grows. */
export class XdrWriter {
  #bytes = Buffer.alloc(INITIAL_BYTES);
  #at = 0;

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#bytes.writeUInt32BE(value, at);
  }

  i32(value: number): void {
    const at = this.#reserve(4);
    this.#bytes.writeInt32BE(value, at);
  }

  u64(value: bigint): void {
    const at = this.#reserve(8);
    this.#bytes.writeBigUInt64BE(value, at);
  }

  i64(value: bigint): void {
    const at = this.#reserve(8);
    this.#bytes.writeBigInt64BE(value, at);
  }

  double(value: number): void {
    const at = this.#reserve(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  opaque(value: Uint8Array): void {
    const at = this.#reserve(padded(value.length));
    this.#bytes.set(value, at);
  }

  text(value: string): void {
    this.opaque(Buffer.from(value, 'utf8'));
  }

  /** What was written so far; valid until the next write. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #reserve(count: number): number {
    const at = this.#at;
    const end = at + count;
    if (end > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#at = end;
    return at;
  }
}
