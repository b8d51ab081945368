import { isRemote, messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import type { Lease, NewEntry } from '../journal/journal.ts';
import type { MoveEvent } from '../model.ts';

/** How an act is written down. */
export interface ActOptions {
  /**
   * Recovery decides by it, so it is never done unwritten. Any other act of a roll-back is done also where the journal
   * is full: what it changes can be seen on the hosts, and leaving the guest paused would be worse.
   */
  readonly decisive: boolean;
}

/** Tells the story of one operation: to the journal, and to whoever listens. */
export interface Story {
  readonly operationId: string;
  /** All that was told so far, in order, whether or not the journal took it. */
  readonly entries: readonly NewEntry[];
  emit(event: MoveEvent): void;
  /** A choice or an observation, for the journal and the user. */
  notice(message: string): Promise<void>;
  note(step: string, data: Readonly<Record<string, unknown>>): Promise<void>;
  /**
   * Journals the intent, acts, journals the result. The intent is on disk before the act begins; the result goes with
   * the next intent, or by itself a moment later, since nobody need wait for it: a result that a crash swallows is an
   * answer that was lost, and recovery asks the hosts.
   */
  act<T>(
    step: string,
    intent: Readonly<Record<string, unknown>>,
    act: () => Promise<T>,
    options?: ActOptions,
  ): Promise<T>;
  /** Writes what is still to be written. */
  flush(): Promise<void>;
  /** Holds the operation until it is called. */
  readonly release: () => void;
}

const DECISIVE: ActOptions = { decisive: true };

/** Begins to tell, or goes on after `told`, and renews the lease meanwhile. */
export function tellStory(
  lease: Lease,
  env: Env,
  emit: (event: MoveEvent) => void,
  told: readonly NewEntry[] = [],
): Story {
  const entries: NewEntry[] = [...told];
  let unwritten: NewEntry[] = [];
  const released = new AbortController();
  void keep(lease, env, released.signal);

  const write = async () => {
    const batch = unwritten;
    if (batch.length === 0) return;
    unwritten = [];
    try {
      await env.journal.append(lease, batch);
    } catch (error) {
      unwritten = [...batch, ...unwritten];
      throw error;
    }
  };
  const add = (kind: NewEntry['kind'], step: string, data: object) => {
    const entry = { atMs: env.nowMs(), kind, step, data: { ...data } };
    entries.push(entry);
    unwritten.push(entry);
    return entry;
  };
  const takeBack = (entry: NewEntry) => {
    entries.splice(entries.indexOf(entry), 1);
    unwritten = unwritten.filter((one) => one !== entry);
  };
  const addResult = (step: string, data: object) => {
    add('result', step, data);
    env
      .delay(0)
      .then(write)
      .catch(() => undefined);
  };
  const note = async (step: string, data: object) => {
    add('note', step, data);
    await write();
  };

  return {
    operationId: lease.operationId,
    entries,
    emit,
    async notice(message) {
      emit({ type: 'notice', message });
      await note('notice', { message });
    },
    note,
    async act(step, intent, act, { decisive } = DECISIVE) {
      const entry = add('intent', step, intent);
      try {
        await write();
      } catch (error) {
        if (decisive || isFenced(error)) {
          takeBack(entry);
          throw error;
        }
      }
      try {
        const result = await act();
        addResult(step, { ok: true });
        return result;
      } catch (error) {
        addResult(step, { ok: false, refused: isRemote(error), error: messageOf(error) });
        throw error;
      }
    },
    flush: write,
    release: () => released.abort(),
  };
}

/** Another controller has the operation: nothing more may be done here. */
export function isFenced(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'fenced';
}

const RENEWALS_A_LEASE = 3;

/** Renews a lease until it is let go, or lost: then the next intent can't be written. */
async function keep(lease: Lease, env: Env, released: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await env.delay(env.leaseMs / RENEWALS_A_LEASE, released);
    } catch {
      return;
    }
    try {
      await env.journal.renew(lease, env.nowMs() + env.leaseMs);
    } catch (error) {
      if (isFenced(error)) return;
    }
  }
}
