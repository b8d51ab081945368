import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EngineError } from '../errors.ts';
import { releaseRoom, reserveRoom } from './room.ts';
import { schema } from './schema.ts';
import type { Sql, SqlRow, SqlStatement } from './sql.ts';
import { isOutOfRoom, sqliteTrouble } from './sqlite-trouble.ts';

const BUSY_TIMEOUT_MS = 5000;

/**
 * Opens or creates a SQLite file, readable by its owner alone. `synchronous = FULL` makes every commit an fsync
 * (https://www.sqlite.org/pragma.html#pragma_synchronous). Throws an EngineError with code `journal`.
 */
export function openSqlite(path: string): Sql {
  const database = reported(path, 'open', () => {
    makeDirectory(dirname(path));
    const isNew = !existsSync(path);
    const opened = new DatabaseSync(path);
    if (isNew) chmodSync(path, 0o600);
    opened.exec(
      `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`,
    );
    bringUpToDate(opened, path);
    return opened;
  });
  return {
    reserve: async () => reported(path, 'write', () => reserveRoom(path)),
    run: async (...statements) => reported(path, 'write', () => transact(database, statements)),
    all: async (query, ...values) =>
      reported(path, 'read', () => database.prepare(query).all(...values) as SqlRow[]),
    close: async () => database.close(),
  };
}

/** Node's own recursive mkdir never returns where a parent exists and refuses children, as in /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function transact(database: DatabaseSync, statements: readonly SqlStatement[]): number[] {
  database.exec('BEGIN IMMEDIATE');
  try {
    const changes = statements.map(([statement, ...values]) =>
      Number(database.prepare(statement).run(...values).changes),
    );
    database.exec('COMMIT');
    return changes;
  } catch (error) {
    // A full disk has SQLite roll back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function bringUpToDate(database: DatabaseSync, path: string): void {
  const versionNow = () => Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (versionNow() > schema.length) {
    const advice = 'use that Ferry, or set FERRY_STATE to another directory';
    throw new EngineError('journal', `the journal ${path} was written by a newer Ferry; ${advice}`);
  }
  if (versionNow() === schema.length) return;
  database.exec('BEGIN IMMEDIATE');
  // Looked at again: another process may have been faster.
  const steps = schema.slice(versionNow());
  database.exec(`${steps.join('\n')} PRAGMA user_version = ${schema.length}; COMMIT;`);
}

/** Tries once more where room was set aside for that. */
function withRoom<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!isOutOfRoom(error) || !releaseRoom(path)) throw error;
    return act();
  }
}

function reported<T>(path: string, verb: string, act: () => T): T {
  try {
    return withRoom(path, act);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const what = `cannot ${verb} the journal ${path}: ${sqliteTrouble(cause)}`;
    throw new EngineError('journal', `${what}; nothing is moved without one`, { cause });
  }
}
