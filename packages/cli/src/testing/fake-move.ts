import type { MoveEvent, Outcome } from '@virt-ferry/engine';
import type { Engine } from '../engine.ts';

/** A move that tells what it is given, with something done in between, and notes what it was asked for. */
export function fakeMove(
  told: readonly (MoveEvent | ((signal: AbortSignal) => void))[],
  outcomeOf: (signal: AbortSignal) => Outcome,
): { readonly migrate: Engine['migrate']; readonly requests: Parameters<Engine['migrate']>[0][] } {
  const requests: Parameters<Engine['migrate']>[0][] = [];
  return {
    requests,
    async *migrate(request, _env, signal) {
      requests.push(request);
      for (const one of told) {
        if (typeof one === 'function') one(signal);
        else yield one;
      }
      return outcomeOf(signal);
    },
  };
}
