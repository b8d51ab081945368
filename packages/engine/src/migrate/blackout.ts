import type { DomainRef } from '@virt-ferry/libvirt';
import { findGuestAddress } from '../blackout/address.ts';
import { type Measurement, measureBlackout } from '../blackout/measurement.ts';
import type { Env } from '../env.ts';
import type { ProbeRequest } from '../model.ts';
import type { Link } from './sides.ts';
import type { Story } from './story.ts';

/** The blackout of one move, being measured; or nothing, if nobody answers. */
export interface Blackout {
  /** Waits until the guest answers again, so that its silence is measured to its end, and ends. May be called again. */
  measured(): Promise<number | null>;
  /** Ends the measurement as it stands; may be called again. */
  finish(): Promise<number | null>;
}

const NOTHING: Blackout = { measured: () => Promise.resolve(null), finish: () => Promise.resolve(null) };
/** Answers to wait for, before the move and after it. */
const ANSWERS = 2;

/** Starts to measure, if the guest can be reached from here. A measurement that fails never stops a move. */
export async function startBlackout(
  request: ProbeRequest,
  from: Link,
  dom: DomainRef,
  env: Env,
  story: Story,
): Promise<Blackout> {
  if (request.kind === 'none') return NOTHING;
  const address = request.address ?? (await findGuestAddress(from.monitor, dom).catch(() => null));
  if (address === null) {
    await story.notice(
      `the blackout is not measured: no address of ${dom.name} is known; give one with --probe ping:ADDRESS`,
    );
    return NOTHING;
  }
  const measurement = measureBlackout(request, address, env);
  if (!(await measurement.answered(ANSWERS))) {
    await measurement.finish().catch(() => null);
    await story.notice(`the blackout is not measured: the guest does not answer ${measurement.what}`);
    return NOTHING;
  }
  return measuring(measurement);
}

function measuring(measurement: Measurement): Blackout {
  let ending: Promise<number | null> | undefined;
  let answering: Promise<boolean> | undefined;
  const finish = () => {
    ending ??= measurement.finish().catch(() => null);
    return ending;
  };
  return {
    async measured() {
      answering ??= measurement.answered(ANSWERS);
      await answering;
      return finish();
    },
    finish,
  };
}
