import type { Entry, Journal, Operation } from './journal.ts';
import type { Sql, SqlRow } from './sql.ts';
import { openSqlite } from './sqlite.ts';

/** The journal in a SQLite file, made on first use. Throws an EngineError with code `journal`. */
export function openJournal(path: string): Journal {
  return journalOn(openSqlite(path));
}

/** The journal over any SQL database that has its tables. */
function journalOn(sql: Sql): Journal {
  return {
    async begin({ id, kind, domain, source, destination, request, startedAtMs }) {
      const columns = 'id, kind, domain_name, domain_uuid, source, destination, request_json, started_at_ms';
      const values = [
        id,
        kind,
        domain.name,
        domain.uuid,
        source,
        destination,
        JSON.stringify(request),
        startedAtMs,
      ];
      await sql.run(`INSERT INTO operations (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, ...values);
    },
    async append({ operationId, atMs, kind, step, data }) {
      const next = '(SELECT coalesce(max(sequence), 0) + 1 FROM entries WHERE operation_id = ?)';
      const columns = 'operation_id, sequence, at_ms, kind, step, data_json';
      const values = [operationId, operationId, atMs, kind, step, JSON.stringify(data)];
      await sql.run(`INSERT INTO entries (${columns}) VALUES (?, ${next}, ?, ?, ?, ?)`, ...values);
    },
    async end(id, outcome, atMs) {
      const change = 'UPDATE operations SET ended_at_ms = ?, outcome_json = ? WHERE id = ?';
      await sql.run(change, atMs, JSON.stringify(outcome), id);
    },
    async setProgress(id, progress) {
      const replace = 'ON CONFLICT (operation_id) DO UPDATE SET progress_json = excluded.progress_json';
      const insert = 'INSERT INTO progress (operation_id, progress_json) VALUES (?, ?)';
      await sql.run(`${insert} ${replace}`, id, JSON.stringify(progress));
    },
    async progress(id) {
      const [row] = await sql.all('SELECT progress_json FROM progress WHERE operation_id = ?', id);
      return row ? json(row.progress_json) : null;
    },
    async requestAbort(id) {
      return (
        (await sql.run(
          'UPDATE operations SET abort_requested = 1 WHERE id = ? AND ended_at_ms IS NULL',
          id,
        )) > 0
      );
    },
    async operation(id) {
      const [row] = await sql.all('SELECT * FROM operations WHERE id = ?', id);
      return row ? operationOf(row) : null;
    },
    async operations({ open, limit }) {
      const where = open === undefined ? '' : `WHERE ended_at_ms IS ${open ? '' : 'NOT '}NULL`;
      const query = `SELECT * FROM operations ${where} ORDER BY started_at_ms DESC LIMIT ?`;
      return (await sql.all(query, limit ?? Number.MAX_SAFE_INTEGER)).map(operationOf);
    },
    async entries(id, afterSequence = 0) {
      const query = 'SELECT * FROM entries WHERE operation_id = ? AND sequence > ? ORDER BY sequence';
      return (await sql.all(query, id, afterSequence)).map(entryOf);
    },
    close: () => sql.close(),
  };
}

function operationOf(row: SqlRow): Operation {
  return {
    id: String(row.id),
    kind: 'migrate',
    domain: { name: String(row.domain_name), uuid: String(row.domain_uuid) },
    source: String(row.source),
    destination: String(row.destination),
    request: json(row.request_json),
    startedAtMs: Number(row.started_at_ms),
    endedAtMs: row.ended_at_ms === null ? null : Number(row.ended_at_ms),
    outcome: row.outcome_json === null ? null : json(row.outcome_json),
    abortRequested: row.abort_requested !== 0,
  };
}

function entryOf(row: SqlRow): Entry {
  return {
    operationId: String(row.operation_id),
    sequence: Number(row.sequence),
    atMs: Number(row.at_ms),
    kind: row.kind === 'intent' || row.kind === 'result' ? row.kind : 'note',
    step: String(row.step),
    data: json(row.data_json),
  };
}

/** We alone write these columns, and each has the type that its reader expects. */
function json<T>(text: string | number | null | undefined): T {
  return JSON.parse(String(text)) as T;
}
