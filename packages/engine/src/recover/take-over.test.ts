import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Env } from '../env.ts';
import type { Holder, Journal } from '../journal/journal.ts';
import { openJournal } from '../journal/store.ts';
import { settings } from './model/settings.ts';
import { requestFor } from './model/start.ts';
import { takeOver } from './take-over.ts';

const LEASE_MS = 1000;
const holder: Holder = { machine: 'm', bootId: 'b', pidNamespace: 'p', pid: 1, startTicks: 2 };
let directory: string;
let journal: Journal;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ferry-take-over-'));
  journal = openJournal(join(directory, 'journal.db'));
});
afterEach(async () => {
  await journal.close();
  rmSync(directory, { recursive: true });
});

/** What of the world a take-over asks. */
function at(nowMs: number, liveness: 'alive' | 'dead' | 'unknown'): Env {
  const unused = () => Promise.reject(new Error('not asked for here'));
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    newId: () => 'a',
    delay: unused,
    connect: unused,
    controlPath: async () => null,
    startProgram: () => {
      throw new Error('no program in this test');
    },
    watchProgram: () => ({ stop: unused }),
    journal,
    holder: { ...holder, pid: 2 },
    liveness: async () => liveness,
    processOf: () => holder,
    endProcess: unused,
    leaseMs: LEASE_MS,
    answerMs: LEASE_MS,
  };
}

async function begun() {
  const request = requestFor(settings['direct, strict']);
  const domain = { name: 'web-3', uuid: 'u' };
  const operation = {
    id: 'a',
    kind: 'migrate',
    domain,
    source: 'alpha',
    destination: 'beta',
    request,
  } as const;
  const lease = await journal.begin({ ...operation, startedAtMs: 0 }, holder, LEASE_MS);
  const opened = await journal.operation('a');
  if (!opened) throw new Error('the operation is not there');
  return { lease, opened };
}

test.each([
  ['its holder is dead', 500, 'dead', true],
  ['its holder lives and holds it', 500, 'alive', false],
  ['nobody knows, and it is held', 500, 'unknown', false],
  ['its holder lives but holds it no more', LEASE_MS + 1, 'alive', true],
  ['it is held for longer than can be: the clock was set back', -5 * LEASE_MS, 'unknown', true],
] as const)('an operation can be taken over or not: %s', async (_name, nowMs, liveness, free) => {
  const { opened } = await begun();
  const taking = takeOver(opened, at(nowMs, liveness));
  if (free) await expect(taking).resolves.toMatchObject({ lease: { token: 2 } });
  else await expect(taking).rejects.toMatchObject({ code: 'busy' });
});

test('whom an operation was taken from can write no more, and who comes second gets nothing', async () => {
  const { lease, opened } = await begun();
  const { entries } = await takeOver(opened, at(0, 'dead'));
  expect(entries).toMatchObject([{ step: 'recover', data: { token: 2, formerly: holder } }]);
  const late = { atMs: 0, kind: 'intent', step: 'commit', data: {} } as const;
  await expect(journal.append(lease, [late])).rejects.toMatchObject({ code: 'fenced' });
  await expect(takeOver(opened, at(0, 'dead'))).rejects.toMatchObject({ code: 'busy' });
});
