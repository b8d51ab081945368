import type { Act, Place } from '@virt-ferry/lab/faults';
import type { Fault, Target } from './fault.ts';

/** Something happens to the next call of libvirt, or to its answer. */
function fault(name: string, text: string, at: Place['at'], act: Act): Fault {
  return {
    name,
    text,
    lasts: 'until-ended',
    fits: ({ procedure }) => procedure !== null,
    inject: async ({ procedure, stage }: Target) => {
      if (procedure === null) return () => Promise.resolve();
      const rule = stage.proxies[procedure.at].rule({ at, procedure: procedure.number, ...act });
      return async () => rule.release();
    },
  };
}

/** What can happen to one message between Ferry and libvirt. */
export const callFaults: readonly Fault[] = [
  fault('call-lost', 'the next call of libvirt never arrives', 'call', { act: 'drop' }),
  fault('call-cut', 'the connection breaks upon the next call, which never arrives', 'call', { act: 'cut' }),
  fault('answer-lost', 'the answer to the next call never arrives', 'reply', { act: 'drop' }),
  fault(
    'answer-cut',
    'the connection breaks upon the answer to the next call, which never arrives',
    'reply',
    {
      act: 'cut',
    },
  ),
  fault('answer-late', 'the answer to the next call, and all after it, comes 3 s late', 'reply', {
    act: 'delay',
    delayMs: 3000,
  }),
];
