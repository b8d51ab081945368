import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { schema } from '../journal/schema.ts';
import { openJournal } from '../journal/store.ts';
import type { RealEnv } from '../real-env.ts';
import { journaledEnv } from '../testing/journaled-env.ts';
import { beginRun, takeRun } from './own-run.ts';

const host = (name: string) => ({ name, uri: `qemu+tcp://${name}/system` });
const evacuation = (...names: string[]) => ({
  goal: 'evacuate' as const,
  request: { goal: 'evacuate', hosts: ['alpha'] },
  hosts: names.map(host),
});
const done = { result: 'done', moved: ['web'], stays: [] } as const;

/** A real journal; time passes only where a test says so. */
function testEnv(change: Partial<RealEnv> = {}): RealEnv {
  return journaledEnv({
    delay: (_ms, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    ...change,
  });
}

test('a run is begun, told, ended, and its hosts are free again', async () => {
  const env = testEnv();
  const run = await beginRun(evacuation('alpha', 'beta'), env);
  await run.append({ kind: 'plan', moves: [{ domain: 'web', from: 'alpha', to: 'beta' }], unplaced: [] });
  const of = await run.append({ kind: 'intent', domain: 'web', from: 'alpha', to: 'beta' });
  await run.append({ kind: 'operation', of, operationId: 'op' });
  await run.append({ kind: 'ended', of, result: 'moved', reason: '' });
  const { runs } = env.journal;
  expect(await runs.runs({ open: true })).toMatchObject([{ id: run.id, goal: 'evacuate', outcome: null }]);
  await run.end(done);
  expect(await runs.runs({ open: true })).toEqual([]);
  expect(await runs.run(run.id)).toMatchObject({ outcome: done, hosts: [host('alpha'), host('beta')] });
  expect((await runs.entries(run.id)).map(({ kind }) => kind)).toEqual([
    ...['plan', 'intent', 'operation', 'ended'],
  ]);
  await (await beginRun(evacuation('beta'), env)).leave();
});

test('no second run on a host of an open one; on others there may be', async () => {
  const env = testEnv();
  const run = await beginRun(evacuation('alpha', 'beta'), env);
  await expect(beginRun(evacuation('beta', 'gamma'), env)).rejects.toThrow(
    `run ${run.id} has one of these hosts`,
  );
  expect(await env.journal.runs.runs({})).toHaveLength(1);
  await beginRun(evacuation('gamma'), env);
});

test('it is taken over only where nobody carries it out, and then its former owner writes nothing more', async () => {
  const env = testEnv({ liveness: async () => 'alive' });
  const run = await beginRun(evacuation('alpha'), env);
  const seen = async () => {
    const [open] = await env.journal.runs.runs({ open: true });
    if (!open) throw new Error('there is no open run');
    return open;
  };
  await expect(takeRun(await seen(), env)).rejects.toThrow('is being carried out by process');
  const other = await takeRun(await seen(), { ...env, journal: env.journal, liveness: async () => 'dead' });
  await expect(run.append({ kind: 'step-began', host: 'alpha', step: 'empty' })).rejects.toThrow(
    'was taken over by another Ferry',
  );
  await expect(run.end(done)).rejects.toThrow('was taken over');
  await other.append({ kind: 'step-began', host: 'alpha', step: 'empty' });
  const told = await env.journal.runs.entries(run.id);
  expect(told.map(({ kind }) => kind)).toEqual(['taken-over', 'step-began']);
  await other.leave();
  expect((await seen()).holding?.untilMs).toBe(0);
});

test('who carries it out hears of an abort', async () => {
  const passing: (() => void)[] = [];
  const env = testEnv({ delay: () => new Promise((resolve) => passing.push(resolve)) });
  const run = await beginRun(evacuation('alpha'), env);
  expect(await env.journal.runs.requestAbort(run.id)).toBe(true);
  expect(run.stopped.aborted).toBe(false);
  passing.shift()?.();
  await expect.poll(() => run.stopped.aborted).toBe(true);
  await run.end(done);
  expect(await env.journal.runs.requestAbort(run.id)).toBe(false);
});

test('a journal of before runs is brought up to date, and keeps what it has', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ferry-run-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'journal.db');
  const old = new DatabaseSync(path);
  old.exec(`${schema.slice(0, 5).join('\n')} PRAGMA user_version = 5;
    INSERT INTO operations (id, kind, domain_name, domain_uuid, source, destination, request_json, started_at_ms, ended_at_ms)
    VALUES ('a', 'migrate', 'web', 'u', 'alpha', 'beta', '{}', 1, 2);`);
  old.close();
  const journal = openJournal(path);
  expect(await journal.operations({})).toMatchObject([{ id: 'a', endedAtMs: 2 }]);
  expect(await journal.runs.runs({})).toEqual([]);
  await journal.close();
});

test('an entry that is not as it was written is named', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ferry-run-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'journal.db');
  await openJournal(path).close();
  const damaged = new DatabaseSync(path);
  damaged.exec(`INSERT INTO runs (id, goal, request_json, hosts_json, started_at_ms, token) VALUES ('r', 'evacuate', '{}', '[]', 1, 1);
    INSERT INTO run_entries (run_id, sequence, at_ms, kind, data_json) VALUES ('r', 1, 1, 'ended', '{"of":1,"result":"well","reason":""}');
    INSERT INTO runs (id, goal, request_json, hosts_json, started_at_ms, token) VALUES ('s', 'tidy', '{}', '[]', 1, 1);`);
  damaged.close();
  const journal = openJournal(path);
  onTestFinished(() => journal.close());
  await expect(journal.runs.entries('r')).rejects.toThrow('r in the journal is damaged: its entry 1');
  await expect(journal.runs.run('s')).rejects.toThrow('s in the journal is damaged: its goal');
});
