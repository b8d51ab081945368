import type { Entry, Journal, Lease, NewEntry } from '@virt-ferry/engine';

/**
 * A place in the story of an operation that a process can die at, named after what is written into the journal there:
 *
 *   before intent:finish ─ (fsync) ─ after intent:finish ─ the call ─ before result:finish ─ (fsync) ─ after result:finish
 */
export type CrashPoint = `${'before' | 'after'} ${Entry['kind']}:${string}`;

/** Calls `reached` before and after each write, and goes on when it resolves. */
export function withCrashPoints(journal: Journal, reached: (point: CrashPoint) => Promise<void>): Journal {
  return {
    ...journal,
    async takeOver(...taking: Parameters<Journal['takeOver']>) {
      await reached('before note:recover');
      const lease = await journal.takeOver(...taking);
      await reached('after note:recover');
      return lease;
    },
    async append(lease: Lease, entries: readonly NewEntry[]) {
      const each = async (when: 'before' | 'after') => {
        for (const { kind, step } of entries) await reached(`${when} ${kind}:${step}`);
      };
      await each('before');
      await journal.append(lease, entries);
      await each('after');
    },
    async end(...end: Parameters<Journal['end']>) {
      await reached('before note:end');
      await journal.end(...end);
      await reached('after note:end');
    },
  };
}
