import { messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { MoveEvent, Phase } from '../model.ts';

/** Tells the story of one operation: to the journal, and to whoever listens. */
export interface Story {
  readonly operationId: string;
  emit(event: MoveEvent): void;
  /** A choice or an observation, for the journal and the user. */
  notice(message: string): Promise<void>;
  note(step: string, data: Readonly<Record<string, unknown>>): Promise<void>;
  /** Journals the intent, acts, journals the result. The intent is on disk before the act begins. */
  act<T>(step: Phase | string, intent: Readonly<Record<string, unknown>>, act: () => Promise<T>): Promise<T>;
}

export function tellStory(operationId: string, env: Env, emit: (event: MoveEvent) => void): Story {
  const append = (kind: 'intent' | 'result' | 'note', step: string, data: object) =>
    env.journal.append({ operationId, atMs: env.nowMs(), kind, step, data: { ...data } });
  return {
    operationId,
    emit,
    async notice(message) {
      emit({ type: 'notice', message });
      await append('note', 'notice', { message });
    },
    note: (step, data) => append('note', step, data),
    async act(step, intent, act) {
      await append('intent', step, intent);
      let result: Awaited<ReturnType<typeof act>>;
      try {
        result = await act();
      } catch (error) {
        await append('result', step, { ok: false, error: messageOf(error) });
        throw error;
      }
      // Outside of the try: an act that succeeded is never written down as one that failed.
      await append('result', step, { ok: true });
      return result;
    },
  };
}
