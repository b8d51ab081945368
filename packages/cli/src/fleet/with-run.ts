import type { OwnRun } from '@virt-ferry/engine';
import type { CarriedOut } from './carry-out.ts';

/**
 * Lends a run of the journal, one that is there or one that is begun when it is first wanted, and ends it with what came
 * of it. It is left open, for `ferry recover`, where it can't be known how a move ended, or where the work threw.
 *
 * @param staysOpen which other ends leave it open
 * @param before what this run had moved already when it was taken over
 */
export async function withRun(
  run: OwnRun | (() => Promise<OwnRun>),
  before: readonly string[],
  work: (once: () => Promise<OwnRun>) => Promise<CarriedOut>,
  staysOpen: (result: CarriedOut['result']) => boolean = () => false,
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
    if (result === 'uncertain' || result === 'declined' || staysOpen(result)) await own?.leave();
    else await own?.end({ result, ...whole });
    return { result, ...whole };
  } catch (error) {
    await beginning?.then(
      (own) => own.leave(),
      () => undefined,
    );
    throw error;
  }
}
