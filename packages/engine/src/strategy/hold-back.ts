import { MOST_PERCENT, type Throttle } from '../forecast/simulate.ts';
import type { HoldBack, MemoryProfile } from '../model.ts';

/** The shortest turn that Linux gives to a group (`min_cfs_quota_period` in kernel/sched/core.c: 1 ms). */
const LEAST_TURN_US = 1000;

/** The longest time between two turns: a guest that stands still for longer is noticed by those who use it. */
const LONGEST_PERIOD_US = 40_000;

/** Without a known need: what is needed by most, and soon enough more. */
export const RESERVE: HoldBack = { kind: 'auto-converge', initialPercent: 50, incrementPercent: 16 };

/** QEMU's own (`cpu-throttle-initial`, `cpu-throttle-increment`): it gets there late, and gives the guest time. */
export const USUAL: HoldBack = { kind: 'auto-converge', initialPercent: 20, incrementPercent: 10 };

/** A turn on the processor in each period, in microseconds. */
export interface Slices {
  readonly quotaUs: number;
  readonly periodUs: number;
}

/**
 * The slices of a vCPU that is to have a share of what it uses at full speed, which is `cpuShare` of a processor. As thin
 * as they get, since the guest stands still between two of them.
 */
export function slicesFor(share: number, cpuShare: number): Slices {
  const ofProcessor = Math.min(share * cpuShare, 1);
  const periodUs = Math.min(Math.round(LEAST_TURN_US / ofProcessor), LONGEST_PERIOD_US);
  return { quotaUs: Math.max(Math.round(periodUs * ofProcessor), LEAST_TURN_US), periodUs };
}

/** The least share of its speed that a guest can be held to that uses so much of a processor. */
export function leastShareOf({ kind }: HoldBack, cpuShare: number): number {
  // Auto-converge is QEMU's own: nobody else sets how far it goes.
  if (kind !== 'slices') return 1;
  return Math.min(LEAST_TURN_US / LONGEST_PERIOD_US / cpuShare, 1);
}

/** Auto-converge that begins at what a share of its speed takes: QEMU would take many passes to get there. */
export function autoConvergeAt(share: number, cpuShare: number): HoldBack {
  const percent = Math.round(100 * (1 - share * cpuShare));
  return {
    kind: 'auto-converge',
    initialPercent: Math.min(Math.max(percent, 1), MOST_PERCENT),
    incrementPercent: 1,
  };
}

/** The share of its speed that a guest has under auto-converge of so many per cent. */
export function shareUnder(percent: number, cpuShare: number): number {
  return Math.min((1 - percent / 100) / cpuShare, 1);
}

/** How QEMU holds a guest back that uses so much of a processor; `null`: it doesn't. */
export function throttleOf(holdBack: HoldBack, cpuShare: number): Throttle | null {
  if (holdBack.kind !== 'auto-converge') return null;
  const { initialPercent, incrementPercent } = holdBack;
  return { initialPercent, incrementPercent, share: (percent) => shareUnder(percent, cpuShare) };
}

/** What the busiest of its vCPUs uses of a processor. Where nobody looked, as if it used all of it. */
export function cpuShareOf(memory: Pick<MemoryProfile, 'cpuShare'> | null): number {
  return Math.min(Math.max(memory?.cpuShare ?? 1, 0.05), 1);
}
