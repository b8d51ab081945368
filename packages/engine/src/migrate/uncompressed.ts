import type { MoveEvent, MoveRequest, Outcome } from '../model.ts';
import { refusesCompression } from '../strategy/compression.ts';

/**
 * Moves, and once more without compression where a QEMU turns out to be built without it, which nothing tells beforehand:
 * it says so before anything is sent. Both are operations of their own.
 */
export async function* elseUncompressed(
  request: MoveRequest,
  moveOnce: (wanted: MoveRequest) => AsyncGenerator<MoveEvent, Outcome>,
): AsyncGenerator<MoveEvent, Outcome> {
  const outcome = yield* moveOnce(request);
  const again = outcome.result === 'rolled-back' && request.compression === 'allowed';
  if (!again || !refusesCompression(outcome.reason)) return outcome;
  yield { type: 'notice', message: `${outcome.reason}; moving without compression` };
  return yield* moveOnce({ ...request, compression: undefined });
}
