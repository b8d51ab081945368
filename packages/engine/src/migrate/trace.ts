import { quantile } from '../forecast/chance.ts';
import type { Progress, Trace, TracedPass } from '../model.ts';

/** Fewer looks tell no rate: the first and the last second are never like the rest. */
const ENOUGH_LOOKS = 3;

/** Takes down how the passes over memory of a move go. Times are of the clock that never jumps. */
export class Tracer {
  private readonly passes: TracedPass[] = [];
  private readonly begun = new Map<number, number>();
  private readonly looks: { readonly atMs: number; readonly processedBytes: number }[] = [];
  private readonly limitBytesPerS: number | null;
  /** The share of its speed that the guest had since each time. */
  private readonly shares: { readonly sinceMs: number; readonly share: number }[] = [];
  private startedMs: number | null = null;
  private memoryMs: number | null = null;
  private endedMs: number | null = null;

  constructor(limitBytesPerS: number | null) {
    this.limitBytesPerS = limitBytesPerS;
  }

  /** The source is told to send. */
  start(atMs: number): void {
    this.startedMs ??= atMs;
  }

  /** A pass has begun; may be told more than once. */
  pass(number: number, atMs: number): void {
    if (number > 0 && !this.begun.has(number)) this.begun.set(number, atMs);
  }

  look({ memoryTotalBytes, memoryProcessedBytes, memoryRemainingBytes, iteration }: Progress, atMs: number) {
    if (memoryTotalBytes === 0) return;
    this.memoryMs ??= atMs;
    this.pass(iteration, atMs);
    this.looks.push({ atMs, processedBytes: memoryProcessedBytes });
    if (this.passes.some(({ number }) => number === iteration)) return;
    // What was sent since the pass began was to be sent in it.
    const [startMs, rate] = [this.begun.get(iteration) ?? atMs, this.bytesPerS() ?? 0];
    const bytes = Math.round(memoryRemainingBytes + (rate * (atMs - startMs)) / 1000);
    this.passes.push({
      number: iteration,
      startS: (startMs - this.memoryMs) / 1000,
      bytes,
      share: this.meanShare(startMs),
    });
  }

  /** In the pass that ended then. */
  private meanShare(endMs: number): number {
    const before = this.passes.at(-1);
    const beganMs = before && this.memoryMs !== null ? this.memoryMs + 1000 * before.startS : endMs;
    if (endMs <= beganMs) return this.shares.at(-1)?.share ?? 1;
    const changes = [{ sinceMs: Number.NEGATIVE_INFINITY, share: 1 }, ...this.shares];
    const parts = changes.map(({ sinceMs, share }, index) => {
      const untilMs = Math.min(changes[index + 1]?.sinceMs ?? endMs, endMs);
      return share * Math.max(untilMs - Math.max(sinceMs, beganMs), 0);
    });
    return parts.reduce((sum, part) => sum + part, 0) / (endMs - beganMs);
  }

  /** The guest is held to that share of its speed from now on. */
  heldTo(share: number, atMs: number): void {
    this.shares.push({ sinceMs: atMs, share });
  }

  /** So far; the last one has begun. */
  get soFar(): readonly TracedPass[] {
    return this.passes;
  }

  /** The source is done. */
  end(atMs: number): void {
    this.endedMs ??= atMs;
  }

  /** `null` where nothing was seen of it. */
  trace(): Trace | null {
    if (this.startedMs === null || this.endedMs === null || this.memoryMs === null) return null;
    return {
      passes: this.passes,
      bytesPerS: this.bytesPerS(),
      memoryMs: this.endedMs - this.memoryMs,
      diskMs: this.memoryMs - this.startedMs,
      limitBytesPerS: this.limitBytesPerS,
    };
  }

  /** What the wire carries; `null` where too little was seen. */
  bytesPerS(): number | null {
    const rates = this.looks.slice(1).map((look, index) => {
      const before = this.looks[index] ?? look;
      return (1000 * (look.processedBytes - before.processedBytes)) / (look.atMs - before.atMs);
    });
    return rates.length < ENOUGH_LOOKS ? null : quantile(rates, 0.5);
  }
}
