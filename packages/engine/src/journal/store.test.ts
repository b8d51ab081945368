import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineError } from '../errors.ts';
import type { Forecast, Outcome } from '../model.ts';
import { moveRequest } from '../testing/move-request.ts';
import type { Holder, Journal } from './journal.ts';
import { schema } from './schema.ts';
import { openJournal } from './store.ts';

let directory: string;
let path: string;
const open: Journal[] = [];
const journal = (at = path) => {
  const opened = openJournal(at);
  open.push(opened);
  return opened;
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ferry-journal-'));
  path = join(directory, 'state', 'journal.db');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  rmSync(directory, { recursive: true });
});

const request = moveRequest({ maxDowntimeMs: 300 });
const holder: Holder = { machine: 'm', bootId: 'b', pidNamespace: 'p', pid: 1, startTicks: 2 };
const UNTIL_MS = 5000;
const operation = (id: string, startedAtMs: number) => ({
  id,
  kind: 'migrate' as const,
  domain: { name: `vm-${id}`, uuid: `uuid-of-${id}` },
  source: 'alpha',
  destination: 'beta',
  request,
  startedAtMs,
});
const outcome: Outcome = {
  operationId: 'a',
  result: 'migrated',
  reason: '',
  domain: operation('a', 1).domain,
  source: 'alpha',
  destination: 'beta',
  method: 'pre-copy',
  totalMs: 900,
  downtimeMs: 15,
  blackoutMs: 30,
  bytesTransferred: 1,
  iterations: 3,
};

test('what was written is read again, also by another process', async () => {
  const writer = journal();
  const lease = await writer.begin(operation('a', 1), holder, UNTIL_MS);
  await writer.append(lease, [{ atMs: 2, kind: 'intent', step: 'begin', data: { flags: 1 } }]);
  await writer.append(lease, [{ atMs: 3, kind: 'result', step: 'begin', data: { ok: true } }]);
  const reader = journal();
  expect(await reader.operation('a')).toMatchObject({ ...operation('a', 1), endedAtMs: null, outcome: null });
  expect(await reader.entries('a')).toEqual([
    { operationId: 'a', sequence: 1, version: 1, atMs: 2, kind: 'intent', step: 'begin', data: { flags: 1 } },
    { operationId: 'a', sequence: 2, version: 1, atMs: 3, kind: 'result', step: 'begin', data: { ok: true } },
  ]);
  expect(await reader.entries('a', 1)).toHaveLength(1);
});

test('open and ended operations are told apart, newest first', async () => {
  const store = journal();
  for (const [id, at] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ] as const)
    await store.begin(operation(id, at), holder, UNTIL_MS);
  await store.end({ operationId: 'a', token: 1 }, outcome, 10);
  expect((await store.operations({})).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect((await store.operations({ open: true })).map(({ id }) => id)).toEqual(['c', 'b']);
  expect(await store.operations({ open: false, limit: 5 })).toMatchObject([
    { id: 'a', endedAtMs: 10, outcome },
  ]);
});

test('an abort can be asked for only while the operation is open', async () => {
  const store = journal();
  const lease = await store.begin(operation('a', 1), holder, UNTIL_MS);
  expect((await store.operation('a'))?.abortRequested).toBe(false);
  expect(await store.requestAbort('a')).toBe(true);
  expect((await store.operation('a'))?.abortRequested).toBe(true);
  await store.end(lease, outcome, 10);
  expect(await store.requestAbort('a')).toBe(false);
  expect(await store.requestAbort('unknown')).toBe(false);
});

test('only the latest progress is kept', async () => {
  const store = journal();
  await store.begin(operation('a', 1), holder, UNTIL_MS);
  expect(await store.progress('a')).toBeNull();
  const progress = {
    elapsedMs: 1,
    iteration: 1,
    memoryTotalBytes: 9,
    memoryProcessedBytes: 1,
    memoryRemainingBytes: 8,
  };
  const rates = { rateBytesPerS: 1, dirtyRateBytesPerS: 0, expectedDowntimeMs: null, throttlePercent: 0 };
  await store.setProgress('a', { ...progress, ...rates });
  await store.setProgress('a', { ...progress, ...rates, elapsedMs: 2 });
  expect(await store.progress('a')).toMatchObject({ elapsedMs: 2 });
});

test('what was foretold and how it went is kept, of moves that have ended, newest first, by hosts', async () => {
  const one = journal();
  const figures = { totalMs: { p50: 1, p90: 2 }, downtimeMs: { p50: 1, p90: 2 }, bytes: { p50: 1, p90: 2 } };
  const forecast = { ...figures, computed: figures, verdict: {}, basis: {} } as Forecast;
  const trace = { passes: [], bytesPerS: 1e8, memoryMs: 900, diskMs: 0, limitBytesPerS: null };
  for (const [id, startedAtMs] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ] as const) {
    const lease = await one.begin(operation(id, startedAtMs), holder, UNTIL_MS);
    await one.rememberForecast(id, forecast);
    if (id === 'b') await one.rememberTrace(id, trace);
    if (id !== 'c') await one.end(lease, { ...outcome, operationId: id }, startedAtMs + 1);
  }
  expect(await one.measured({ limit: 9 })).toMatchObject([
    { operationId: 'b', forecast, trace, outcome: { operationId: 'b' } },
    { operationId: 'a', forecast, trace: null },
  ]);
  expect(await one.measured({ limit: 1 })).toHaveLength(1);
  expect(await one.measured({ limit: 9, between: ['beta', 'alpha'] })).toHaveLength(2);
  expect(await one.measured({ limit: 9, between: ['beta', 'gamma'] })).toEqual([]);
  const damaged = new DatabaseSync(path);
  damaged.exec("UPDATE measurements SET forecast_json = '{' WHERE operation_id = 'b'");
  damaged.close();
  expect(await one.measured({ limit: 9 })).toMatchObject([{ operationId: 'a' }]);
});

test('the file is for its owner alone', () => {
  journal();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(directory, 'state')).mode & 0o777).toBe(0o700);
});

test('a place where nothing can be made is refused with a typed error', () => {
  expect(() => journal('/proc/ferry/journal.db')).toThrow(EngineError);
});

test('a corrupt or newer journal is refused with a typed error, and left as it is', () => {
  const corrupt = join(directory, 'corrupt.db');
  writeFileSync(corrupt, 'this is no database, it only looks long enough to be one '.repeat(100));
  expect(() => journal(corrupt)).toThrow(EngineError);
  const newer = join(directory, 'newer.db');
  const database = new DatabaseSync(newer);
  database.exec('PRAGMA user_version = 999');
  database.close();
  expect(() => journal(newer)).toThrow(/newer Ferry/);
});

describe('leases', () => {
  const entry = { atMs: 2, kind: 'intent', step: 'finish', data: {} } as const;
  const taking = { atMs: 2, kind: 'note', step: 'recover', data: {} } as const;

  test('a domain has at most one open operation', async () => {
    const store = journal();
    const lease = await store.begin(operation('a', 1), holder, UNTIL_MS);
    const again = { ...operation('b', 2), domain: operation('a', 1).domain };
    await expect(store.begin(again, holder, UNTIL_MS)).rejects.toMatchObject({ code: 'busy' });
    await store.end(lease, outcome, 10);
    await store.begin(again, holder, UNTIL_MS);
    expect(await store.operations({ open: true, domainUuid: 'uuid-of-a' })).toMatchObject([{ id: 'b' }]);
  });

  test('who was taken over can write nothing more', async () => {
    const store = journal();
    const zombie = await store.begin(operation('a', 1), holder, UNTIL_MS);
    const heir = await store.takeOver(zombie, { ...holder, pid: 9 }, UNTIL_MS + 1, taking);
    expect(heir).toEqual({ operationId: 'a', token: 2 });
    for (const write of [
      () => store.append(zombie, [entry]),
      () => store.renew(zombie, UNTIL_MS),
      () => store.end(zombie, outcome, 10),
    ]) {
      await expect(write()).rejects.toMatchObject({ code: 'fenced' });
    }
    expect(await store.entries('a')).toMatchObject([taking]);
    expect(await store.operation('a')).toMatchObject({
      endedAtMs: null,
      holding: { token: 2, holder: { pid: 9 }, untilMs: UNTIL_MS + 1 },
    });
    if (heir) await store.append(heir, [entry]);
    expect(await store.entries('a')).toMatchObject([taking, entry]);
  });

  test('of two that take over at once, one does', async () => {
    const store = journal();
    const seen = await store.begin(operation('a', 1), holder, UNTIL_MS);
    const heirs = await Promise.all([1, 2].map(() => journal().takeOver(seen, holder, UNTIL_MS, taking)));
    expect(heirs.filter((heir) => heir !== null)).toHaveLength(1);
    expect(await journal().entries('a')).toMatchObject([taking]);
  });

  test('nothing is written after the end', async () => {
    const store = journal();
    const lease = await store.begin(operation('a', 1), holder, UNTIL_MS);
    await store.end(lease, outcome, 10);
    await expect(store.append(lease, [entry])).rejects.toMatchObject({ code: 'fenced' });
    expect(await store.takeOver(lease, holder, UNTIL_MS, taking)).toBeNull();
  });
});

test('a journal of the first version is brought up to date, its open operations closed', async () => {
  const old = join(directory, 'old.db');
  const database = new DatabaseSync(old);
  database.exec(`${schema[0]} PRAGMA user_version = 1;
    INSERT INTO operations (id, kind, domain_name, domain_uuid, source, destination, request_json, started_at_ms)
    VALUES ('a', 'migrate', 'web', 'u', 'alpha', 'beta', '{}', 1);`);
  database.close();
  expect(await journal(old).operation('a')).toMatchObject({ endedAtMs: 1, outcome: null, holding: null });
});

test('a row that is no JSON is reported as damage', async () => {
  await journal().begin(operation('a', 1), holder, UNTIL_MS);
  const database = new DatabaseSync(path);
  database.exec("UPDATE operations SET request_json = '{'");
  database.close();
  await expect(journal().operation('a')).rejects.toMatchObject({ code: 'journal' });
});
