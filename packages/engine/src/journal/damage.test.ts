import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EngineError } from '../errors.ts';
import { moveRequest } from '../testing/move-request.ts';
import { sqliteTrouble } from './sqlite-trouble.ts';
import { openJournal } from './store.ts';

const request = moveRequest({ domain: 'web' });
const holder = { machine: 'm', bootId: 'b', pidNamespace: 'p', pid: 1, startTicks: 2 };
const operation = {
  id: 'k3m8x2pq',
  kind: 'migrate',
  domain: { name: 'web', uuid: 'u' },
  source: 'alpha',
  destination: 'beta',
  request,
  startedAtMs: 1,
} as const;

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'ferry-damage-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

/** A journal with one open operation. */
async function written(entries = 1): Promise<string> {
  const path = join(directory(), 'journal.db');
  const journal = openJournal(path);
  const lease = await journal.begin(operation, holder, 5);
  const note = { atMs: 1, kind: 'note', step: 'notice', data: { message: 'x'.repeat(500) } } as const;
  await journal.append(lease, Array(entries).fill(note));
  await journal.close();
  return path;
}

/** Everything that is read of a journal. */
async function readAll(path: string): Promise<void> {
  const journal = openJournal(path);
  try {
    await journal.operations({});
    await journal.entries(operation.id);
  } finally {
    await journal.close();
  }
}

describe('a file', () => {
  test.each([
    {
      what: 'random bytes',
      bytes: Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 97 + 13) & 0xff)),
    },
    { what: 'too short', bytes: Buffer.from('hello') },
  ])('$what: is said to be no database, and left as it is', async ({ bytes }) => {
    const path = join(directory(), 'journal.db');
    writeFileSync(path, bytes);
    await expect(readAll(path)).rejects.toThrow(`cannot open the journal ${path}: it is no SQLite database;`);
    expect(readFileSync(path)).toEqual(bytes);
  });

  test.each([0.1, 0.5, 0.9])(
    'of which only %f is left: is said to be damaged, and left as it is',
    async (share) => {
      const path = await written(100);
      const whole = readFileSync(path);
      const part = whole.subarray(0, Math.floor(whole.length * share));
      writeFileSync(path, part);
      await expect(readAll(path)).rejects.toThrow('it is damaged; put it aside');
      expect(readFileSync(path)).toEqual(part);
    },
  );

  test('a directory that cannot be made', () => {
    const path = join(directory(), 'file');
    writeFileSync(path, '');
    expect(() => openJournal(join(path, 'state', 'journal.db'))).toThrow(
      /ENOTDIR.*; set FERRY_STATE to another directory; nothing is moved without one/,
    );
  });

  test('a directory in its place', () => {
    expect(() => openJournal(directory())).toThrow('it cannot be made or opened there');
  });
});

describe('a row', () => {
  test.each([
    { change: "UPDATE operations SET request_json = '{'", says: 'its request is no JSON' },
    {
      change: "UPDATE operations SET request_json = '{}'",
      says: 'its request is not as it was written (domain)',
    },
    {
      change: `UPDATE operations SET request_json = json_set(request_json, '$.commit', 'perhaps')`,
      says: 'its request is not as it was written (commit)',
    },
    {
      change: `UPDATE operations SET request_json = json_set(request_json, '$.source', 'alpha')`,
      says: 'its request is not as it was written (source)',
    },
    { change: "UPDATE operations SET holder_json = '[]'", says: 'its holder is not as it was written' },
    { change: "UPDATE operations SET outcome_json = '{}'", says: 'its outcome is not as it was written' },
    { change: "UPDATE operations SET kind = 'clone'", says: 'it is of kind "clone", which this Ferry' },
    { change: "UPDATE entries SET data_json = 'null'", says: 'its entry 1 is not as it was written' },
    { change: 'UPDATE entries SET data_json = \'{"a"\'', says: 'its entry 1 is no JSON' },
    { change: "UPDATE entries SET kind = 'rumour'", says: 'entry 1 is of kind "rumour", which this Ferry' },
  ])('$change', async ({ change, says }) => {
    const path = await written();
    const database = new DatabaseSync(path);
    database.exec(change);
    database.close();
    const failure = await readAll(path).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EngineError);
    expect(failure).toMatchObject({ code: 'journal' });
    expect(String(failure)).toContain(`operation k3m8x2pq in the journal is damaged: ${says}`);
  });

  test('of an operation that ended, by an older Ferry that asked for less, is no damage', async () => {
    const path = await written();
    const database = new DatabaseSync(path);
    database.exec("UPDATE operations SET request_json = '{}', ended_at_ms = 2");
    database.close();
    await readAll(path);
  });

  test('progress that cannot be read counts as none', async () => {
    const path = await written();
    const database = new DatabaseSync(path);
    database.exec('INSERT INTO progress VALUES (\'k3m8x2pq\', \'{"elapsedMs":"long"}\')');
    database.close();
    const journal = openJournal(path);
    expect(await journal.progress(operation.id)).toBeNull();
    await journal.close();
  });
});

describe('a place where nothing can be written', () => {
  test.each([
    { errcode: 8, says: 'may only be read; set FERRY_STATE to another directory (said)' },
    { errcode: 1032, says: 'may only be read; set FERRY_STATE to another directory (said)' },
    { errcode: 13, says: 'the disk is full; make room' },
    { errcode: 778, says: 'is the disk full, or broken? (said)' },
    { errcode: 5, says: 'locked for too long (said)' },
    { errcode: 1, says: 'said' },
  ])('SQLite $errcode in words', ({ errcode, says }) => {
    expect(sqliteTrouble(Object.assign(new Error('said'), { errcode }))).toContain(says);
  });

  test('a directory that may only be read', async () => {
    const path = await written();
    spawnSync('chmod', ['-R', 'a=rX', dirname(path)]);
    onTestFinished(() => void spawnSync('chmod', ['-R', 'u+w', dirname(path)]));
    const store = new URL('./store.ts', import.meta.url).href;
    const script = `
      const { openJournal } = await import(${JSON.stringify(store)});
      try { openJournal(${JSON.stringify(path)}); console.log('opened'); } catch (error) { console.log(error.code, error.message); }`;
    // Root may write everywhere, so it becomes somebody else for this.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      ...nobody,
    });
    expect(ran.stdout).toMatch(/^journal .*may only be read/);
  });
});
