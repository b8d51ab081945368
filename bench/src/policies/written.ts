import type { Trace } from '@virt-ferry/engine';

/**
 * What a guest wrote to within a time at full speed, U(t), as the passes of a move of it have shown: a point a pass, and
 * straight lines between them. Beyond the longest it grows as between the last two, and never above all that is in use.
 */
export function writtenBy({ passes }: Trace): (seconds: number) => number {
  const points = passes.slice(1).flatMap((pass, index) => {
    const before = passes[index];
    const seconds = before === undefined ? 0 : (pass.startS - before.startS) * pass.share;
    return seconds > 0 ? [{ seconds, bytes: pass.bytes }] : [];
  });
  const sorted = [{ seconds: 0, bytes: 0 }, ...points.sort((one, other) => one.seconds - other.seconds)];
  const most = passes[0]?.bytes ?? 0;
  return (seconds) => {
    const after = sorted.findIndex((point) => point.seconds >= seconds);
    const end = after < 0 ? sorted.length - 1 : Math.max(after, 1);
    const [from, to] = [sorted[end - 1], sorted[end]];
    if (from === undefined || to === undefined) return 0;
    const slope = (to.bytes - from.bytes) / (to.seconds - from.seconds);
    return Math.min(Math.max(from.bytes + slope * (seconds - from.seconds), 0), most);
  };
}
