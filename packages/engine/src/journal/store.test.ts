import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineError } from '../errors.ts';
import type { MoveRequest, Outcome } from '../model.ts';
import type { Journal } from './journal.ts';
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

const host = (name: string) => ({ name, uri: `qemu+tcp://${name}/system` });
const request: MoveRequest = {
  domain: 'web-3',
  source: host('alpha'),
  destination: host('beta'),
  maxDowntimeMs: 300,
  bandwidthBytesPerS: null,
  deadlineMs: null,
  sourceDefinition: 'remove',
  destinationDefinition: 'persistent',
  probe: { kind: 'none' },
};
const operation = (id: string, startedAtMs: number) => ({
  id,
  kind: 'migrate' as const,
  domain: { name: 'web-3', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f' },
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
  await writer.begin(operation('a', 1));
  await writer.append({ operationId: 'a', atMs: 2, kind: 'intent', step: 'begin', data: { flags: 1 } });
  await writer.append({ operationId: 'a', atMs: 3, kind: 'result', step: 'begin', data: { ok: true } });
  const reader = journal();
  expect(await reader.operation('a')).toMatchObject({ ...operation('a', 1), endedAtMs: null, outcome: null });
  expect(await reader.entries('a')).toEqual([
    { operationId: 'a', sequence: 1, atMs: 2, kind: 'intent', step: 'begin', data: { flags: 1 } },
    { operationId: 'a', sequence: 2, atMs: 3, kind: 'result', step: 'begin', data: { ok: true } },
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
    await store.begin(operation(id, at));
  await store.end('a', outcome, 10);
  expect((await store.operations({})).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect((await store.operations({ open: true })).map(({ id }) => id)).toEqual(['c', 'b']);
  expect(await store.operations({ open: false, limit: 5 })).toMatchObject([
    { id: 'a', endedAtMs: 10, outcome },
  ]);
});

test('an abort can be asked for only while the operation is open', async () => {
  const store = journal();
  await store.begin(operation('a', 1));
  expect((await store.operation('a'))?.abortRequested).toBe(false);
  expect(await store.requestAbort('a')).toBe(true);
  expect((await store.operation('a'))?.abortRequested).toBe(true);
  await store.end('a', outcome, 10);
  expect(await store.requestAbort('a')).toBe(false);
  expect(await store.requestAbort('unknown')).toBe(false);
});

test('only the latest progress is kept', async () => {
  const store = journal();
  await store.begin(operation('a', 1));
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
