import type { Forecast } from '../model.ts';

/** Memory in use is told from few pages: half of it is there for certain. */
const CERTAIN_SHARE = 0.5;

/**
 * Why a move can't meet its deadline, however it goes; `null` where it may. Nobody can say that of a path that was never
 * measured. What may be late and may not is begun, and given up at its deadline.
 */
export function tooLate(forecast: Forecast | null, deadlineMs: number | null): string | null {
  if (forecast === null || deadlineMs === null) return null;
  const { memory, path, diskBytes } = forecast.basis;
  if (path.from === 'guess') return null;
  const onceS = (memory.usedBytes + diskBytes) / path.bytesPerS;
  if (CERTAIN_SHARE * 1000 * onceS <= deadlineMs) return null;
  return (
    `within ${seconds(deadlineMs / 1000)} it can't be done: to send all of it once takes ${seconds(onceS)}; ` +
    `expected are ${seconds(forecast.totalMs.p50 / 1000)}, so allow more (--deadline), or more of the link`
  );
}

const seconds = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
