/** A look at how far the busiest host was above the mean. */
export interface Look {
  readonly atS: number;
  readonly peak: number;
}

export interface HysteresisPolicy {
  readonly threshold: number;
  /** So long it must have been above the threshold without a break. */
  readonly holdS: number;
  /** So long nothing is done after a balance has ended. */
  readonly coolDownS: number;
}

/** Whether to balance now, so that neither a short peak nor the last balance's own traffic starts one. */
export function decideBalance(
  looks: readonly Look[],
  lastEndS: number | null,
  nowS: number,
  { threshold, holdS, coolDownS }: HysteresisPolicy,
): { readonly action: 'balance' | 'wait'; readonly reason: string } {
  if (lastEndS !== null && nowS - lastEndS < coolDownS)
    return { action: 'wait', reason: `the last balance ended ${nowS - lastEndS} s ago, of ${coolDownS}` };
  let since: number | null = null;
  for (const { atS, peak } of looks) since = peak > threshold ? (since ?? atS) : null;
  if (since === null) return { action: 'wait', reason: 'no host is far enough above the mean' };
  if (nowS - since < holdS)
    return { action: 'wait', reason: `a host is above the mean for ${nowS - since} s, of ${holdS}` };
  return { action: 'balance', reason: `a host is above the mean for ${nowS - since} s` };
}
