import type { OwnRun } from '@virt-ferry/engine';
import type { CarriedOut } from './carry-out.ts';

interface Openness {
  /** Which other ends leave it open. */
  readonly staysOpen?: (result: CarriedOut['result']) => boolean;
  /** Told of a run that is left open. */
  readonly leftOpen: (id: string) => void;
}

/**
 * Lends a run of the journal, one that is there or one that is begun when it is first wanted, and ends it with what came
 * of it. It is left open, for `ferry recover`, where it can't be known how a move ended, or where the work threw.
 *
 * @param before what this run had moved already when it was taken over
 */
export async function withRun(
  run: OwnRun | (() => Promise<OwnRun>),
  before: readonly string[],
  work: (once: () => Promise<OwnRun>) => Promise<CarriedOut>,
  { staysOpen = () => false, leftOpen }: Openness,
): Promise<CarriedOut> {
  let beginning = typeof run === 'function' ? undefined : Promise.resolve(run);
  const once = () => {
    beginning ??= typeof run === 'function' ? run() : Promise.resolve(run);
    return beginning;
  };
  try {
    const { result, ...rest } = await work(once);
    const whole = { ...rest, moved: [...before, ...rest.moved] };
    const own = await beginning;
    if (result === 'uncertain' || result === 'declined' || staysOpen(result)) await leave(own);
    else await own?.end({ result, ...whole });
    return { result, ...whole };
  } catch (error) {
    await leave(await beginning?.catch(() => undefined));
    throw error;
  }

  async function leave(own: OwnRun | undefined): Promise<void> {
    if (own === undefined) return;
    await own.leave();
    leftOpen(own.id);
  }
}
