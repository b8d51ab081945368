import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { SqliteDatabase } from 'kysely';
import { EngineError } from '../errors.ts';
import { SCHEMA_VERSION, schema } from './schema.ts';

const BUSY_TIMEOUT_MS = 5000;

/**
 * Opens or creates the journal's SQLite file, readable by its owner alone, and fits it to what Kysely's SQLite dialect
 * expects. `synchronous = FULL` makes every commit an fsync: a write is on disk when it returns
 * (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
export function openSqlite(path: string): SqliteDatabase {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const isNew = !existsSync(path);
    const database = new DatabaseSync(path);
    if (isNew) chmodSync(path, 0o600);
    database.exec(
      `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`,
    );
    bringUpToDate(database, path);
    return {
      close: () => database.close(),
      prepare: (sql) => {
        const statement = database.prepare(sql);
        const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...values(parameters)),
          run: (parameters) => statement.run(...values(parameters)),
          iterate: (parameters) => statement.iterate(...values(parameters)),
        };
      },
    };
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      'journal',
      `cannot open the journal ${path}: ${why}; nothing is moved without one`,
      { cause },
    );
  }
}

function bringUpToDate(database: DatabaseSync, path: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version > SCHEMA_VERSION) {
    const advice = 'use that Ferry, or set FERRY_STATE to another directory';
    throw new EngineError('journal', `the journal ${path} was written by a newer Ferry; ${advice}`);
  }
  if (version === SCHEMA_VERSION) return;
  database.exec(`BEGIN IMMEDIATE; ${schema} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}
