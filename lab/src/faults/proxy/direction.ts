import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { encodeFrame, type Frame, FrameDecoder } from '@virt-ferry/libvirt/testing';
import type { Rules } from './rule.ts';

/** What waits in the proxy; the rest waits in the sender's socket. */
const WAITING_MAX = 64;

/** Bytes have met their rule. `end`: the sender ended its side. `close`: it is gone altogether. */
type Item = Frame | Buffer | 'end' | 'close';

/**
 * What goes one way through the proxy: whole messages, in order. What can't go waits, and all that comes after it, the
 * end of the connection too.
 */
export class Direction {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #rules: Rules;
  /** Closes both sides once what was passed on has gone out. */
  readonly #cut: () => void;
  readonly #decoder = new FrameDecoder();
  readonly #waiting: Item[] = [];
  #isKeeping = false;
  #isSilent: boolean;
  #isOver = false;

  constructor(from: Socket, to: Socket, rules: Rules, isSilent: boolean, cut: () => void) {
    this.#from = from;
    this.#to = to;
    this.#rules = rules;
    this.#isSilent = isSilent;
    this.#cut = cut;
    from
      .on('data', (chunk: Buffer) => this.#take(chunk))
      .on('end', () => this.#add('end'))
      .on('close', () => this.#add('close'))
      .on('error', () => undefined);
  }

  silence(isSilent: boolean): void {
    this.#isSilent = isSilent;
    this.#pump();
  }

  /** From now on nothing is passed on. */
  end(): void {
    this.#isOver = true;
  }

  #take(chunk: Buffer): void {
    try {
      this.#add(...this.#decoder.push(chunk));
    } catch {
      // Not libvirt's protocol: there are no messages any more that one could find.
      this.#cut();
    }
  }

  #add(...items: Item[]): void {
    this.#waiting.push(...items);
    this.#pump();
  }

  #pump(): void {
    while (!this.#isKeeping && !this.#isSilent && !this.#isOver) {
      const item = this.#waiting.shift();
      if (item === undefined) break;
      if (item === 'end') this.#to.end();
      else if (item === 'close') this.#to.destroySoon();
      else if (Buffer.isBuffer(item)) this.#pass(item);
      else this.#meet(item);
    }
    if (this.#waiting.length > WAITING_MAX) this.#from.pause();
    else if (this.#waiting.length === 0 && !this.#to.writableNeedDrain) this.#from.resume();
  }

  #meet(frame: Frame): void {
    const bytes = encodeFrame(frame.header, frame.payload);
    const met = this.#rules.meet(frame.header);
    const act = met?.act;
    switch (act?.act) {
      case undefined:
        this.#pass(bytes);
        break;
      case 'drop':
        break;
      case 'cut':
        this.#cut();
        break;
      case 'cut-after':
        this.#pass(bytes);
        this.#cut();
        break;
      case 'hold':
        void this.#keep(bytes, met?.released);
        break;
      case 'delay':
        void this.#keep(bytes, Promise.race([met?.released, setTimeout(act?.delayMs)]));
        break;
      default:
        act satisfies never;
    }
    met?.done();
  }

  /** Nothing that follows may overtake what is kept. */
  async #keep(bytes: Buffer, released: Promise<unknown> | undefined): Promise<void> {
    this.#isKeeping = true;
    await released;
    this.#isKeeping = false;
    this.#waiting.unshift(bytes);
    this.#pump();
  }

  #pass(bytes: Buffer): void {
    if (this.#to.destroyed || this.#to.writableEnded || this.#to.write(bytes)) return;
    this.#from.pause();
    this.#to.once('drain', () => this.#pump());
  }
}
