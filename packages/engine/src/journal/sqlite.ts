import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '@virt-ferry/libvirt/errors';
import { EngineError } from '../errors.ts';
import { SCHEMA_VERSION, schema } from './schema.ts';
import type { Sql, SqlRow } from './sql.ts';

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
    run: async (statement, ...values) =>
      reported(path, 'write', () => Number(database.prepare(statement).run(...values).changes)),
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

function bringUpToDate(database: DatabaseSync, path: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version > SCHEMA_VERSION) {
    const advice = 'use that Ferry, or set FERRY_STATE to another directory';
    throw new EngineError('journal', `the journal ${path} was written by a newer Ferry; ${advice}`);
  }
  if (version === SCHEMA_VERSION) return;
  database.exec(`BEGIN IMMEDIATE; ${schema} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}

function reported<T>(path: string, verb: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError(
      'journal',
      `cannot ${verb} the journal ${path}: ${messageOf(cause)}; nothing is moved without one`,
      { cause },
    );
  }
}
