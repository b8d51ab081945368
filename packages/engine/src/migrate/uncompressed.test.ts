import { expect, test } from 'vitest';
import type { MoveRequest, Outcome } from '../model.ts';
import { moveRequest } from '../testing/move-request.ts';
import { elseUncompressed } from './uncompressed.ts';

const REFUSED =
  "internal error: unable to execute QEMU command 'migrate-set-parameters': Parameter 'multifd-compression' does not accept value 'zstd'";

/** Moves that end with these reasons, one after the other; `''`: migrated. */
async function moves(reasons: readonly string[], request: MoveRequest) {
  const asked: MoveRequest[] = [];
  const moving = elseUncompressed(request, async function* (wanted) {
    const reason = reasons[asked.push(wanted) - 1] ?? 'one more than expected';
    yield { type: 'notice', message: 'moves' };
    return { result: reason === '' ? 'migrated' : 'rolled-back', reason } as Outcome;
  });
  const notices: unknown[] = [];
  for (;;) {
    const { done, value } = await moving.next();
    if (done) return { asked: asked.map(({ compression }) => compression), notices, outcome: value };
    notices.push(value);
  }
}

test('a QEMU without zstd: it is moved without, and that is said', async () => {
  const { asked, notices, outcome } = await moves([REFUSED, ''], moveRequest({ compression: 'allowed' }));
  expect(asked).toEqual(['allowed', undefined]);
  expect(outcome.result).toBe('migrated');
  expect(notices).toContainEqual({ type: 'notice', message: expect.stringContaining('without compression') });
});

test.each([
  ['it has moved', [''], { compression: 'allowed' }],
  ['it has failed for another reason', ['no route to host'], { compression: 'allowed' }],
  ['it was not compressed anyway', [REFUSED], {}],
] as const)('%s: once is enough', async (_name, reasons, changed) => {
  const { asked, outcome } = await moves(reasons, moveRequest(changed));
  expect(asked).toHaveLength(1);
  expect(outcome.reason).toBe(reasons[0]);
});
