import { EngineError } from '../errors.ts';
import { ENTRY_VERSION, type Journal, type Lease, type NewEntry } from './journal.ts';
import { entryOf, measuredOf, operationOf, progressOf } from './rows.ts';
import { runLedgerOn } from './run-store.ts';
import { shareLedgerOn } from './share-ledger.ts';
import type { Sql, SqlStatement, SqlValue } from './sql.ts';
import { openSqlite } from './sqlite.ts';

/** The journal in a SQLite file, made on first use. Throws an EngineError with code `journal`. */
export function openJournal(path: string): Journal {
  return journalOn(openSqlite(path));
}

/** The journal over any SQL database that has its tables. */
function journalOn(sql: Sql): Journal {
  return {
    async begin({ id, kind, domain, source, destination, request, startedAtMs }, holder, untilMs) {
      await sql.reserve();
      const columns =
        'id, kind, domain_name, domain_uuid, source, destination, request_json, started_at_ms, token, holder_json, lease_until_ms';
      const hosts = [source, destination, JSON.stringify(request)];
      const values = [id, kind, domain.name, domain.uuid, ...hosts, startedAtMs];
      const free =
        'WHERE NOT EXISTS (SELECT 1 FROM operations WHERE domain_uuid = ? AND ended_at_ms IS NULL)';
      const [begun] = await sql.run([
        `INSERT INTO operations (${columns}) SELECT ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ? ${free}`,
        ...values,
        JSON.stringify(holder),
        untilMs,
        domain.uuid,
      ]);
      if (begun === 0) throw await busy(domain);
      return { operationId: id, token: 1 };
    },
    async takeOver(seen, holder, untilMs, note) {
      const change = 'UPDATE operations SET token = token + 1, holder_json = ?, lease_until_ms = ?';
      const values = [JSON.stringify(holder), untilMs, ...current(seen)];
      const taking: SqlStatement = [`${change} WHERE ${CURRENT}`, ...values];
      const [, taken] = await sql.run(insertion(seen, note), taking);
      return taken === 1 ? { ...seen, token: seen.token + 1 } : null;
    },
    async renew(lease, untilMs) {
      await fenced(lease, [
        `UPDATE operations SET lease_until_ms = ? WHERE ${CURRENT}`,
        untilMs,
        ...current(lease),
      ]);
    },
    async append(lease, entries) {
      await fenced(lease, ...entries.map((entry) => insertion(lease, entry)));
    },
    async end(lease, outcome, atMs, stale = []) {
      const change = 'UPDATE operations SET ended_at_ms = ?, outcome_json = ?';
      const values = [atMs, JSON.stringify(outcome), ...current(lease)];
      const left = stale.map(({ hostUuid, path, fileBytes, modifiedAt, ...disk }) =>
        upsert(
          'stale_disks',
          { host_uuid: hostUuid, path },
          {
            ...{ file_bytes: fileBytes, modified_at: modifiedAt },
            ...{ domain_uuid: disk.domainUuid, operation_id: disk.operationId, at_ms: disk.atMs },
          },
        ),
      );
      await fenced(lease, [`${change} WHERE ${CURRENT}`, ...values], ...left);
    },
    async staleDisks(hostUuid) {
      return (await sql.all('SELECT * FROM stale_disks WHERE host_uuid = ?', hostUuid)).map((row) => ({
        ...{ hostUuid, path: String(row.path), fileBytes: Number(row.file_bytes) },
        ...{ modifiedAt: String(row.modified_at), domainUuid: String(row.domain_uuid) },
        ...{ operationId: String(row.operation_id), atMs: Number(row.at_ms) },
      }));
    },
    async forgetStaleDisk(hostUuid, path) {
      await sql.run(['DELETE FROM stale_disks WHERE host_uuid = ? AND path = ?', hostUuid, path]);
    },
    async setProgress(id, progress) {
      await sql.run(upsert('progress', { operation_id: id }, { progress_json: JSON.stringify(progress) }));
    },
    async progress(id) {
      const [row] = await sql.all('SELECT progress_json FROM progress WHERE operation_id = ?', id);
      return row ? progressOf(row) : null;
    },
    async requestAbort(id) {
      const change = 'UPDATE operations SET abort_requested = 1 WHERE id = ? AND ended_at_ms IS NULL';
      const [asked] = await sql.run([change, id]);
      return asked === 1;
    },
    async operation(id) {
      const [row] = await sql.all('SELECT * FROM operations WHERE id = ?', id);
      return row ? operationOf(row) : null;
    },
    async operations({ open, limit, domainUuid }) {
      const conditions = [
        ...(open === undefined ? [] : [`ended_at_ms IS ${open ? '' : 'NOT '}NULL`]),
        ...(domainUuid === undefined ? [] : ['domain_uuid = ?']),
      ];
      const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
      const query = `SELECT * FROM operations ${where} ORDER BY started_at_ms DESC LIMIT ?`;
      const values = [...(domainUuid === undefined ? [] : [domainUuid]), limit ?? Number.MAX_SAFE_INTEGER];
      return (await sql.all(query, ...values)).map(operationOf);
    },
    async entries(id, afterSequence = 0) {
      const query = 'SELECT * FROM entries WHERE operation_id = ? AND sequence > ? ORDER BY sequence';
      return (await sql.all(query, id, afterSequence)).map(entryOf);
    },
    async digest({ hostUuid, path, fileBytes, modifiedAt }) {
      const query =
        'SELECT sha256 FROM digests WHERE host_uuid = ? AND path = ? AND file_bytes = ? AND modified_at = ?';
      const [row] = await sql.all(query, hostUuid, path, fileBytes, modifiedAt);
      return row ? String(row.sha256) : null;
    },
    async rememberDigest({ hostUuid, path, fileBytes, modifiedAt }, sha256) {
      const state = { file_bytes: fileBytes, modified_at: modifiedAt, sha256 };
      await sql.run(upsert('digests', { host_uuid: hostUuid, path }, state));
    },
    async rememberForecast(id, forecast) {
      await sql.run(
        upsert('measurements', { operation_id: id }, { forecast_json: JSON.stringify(forecast) }),
      );
    },
    async forecast(id) {
      const [row] = await sql.all('SELECT forecast_json FROM measurements WHERE operation_id = ?', id);
      return typeof row?.forecast_json === 'string' ? JSON.parse(row.forecast_json) : null;
    },
    async rememberTrace(id, trace) {
      await sql.run(upsert('measurements', { operation_id: id }, { trace_json: JSON.stringify(trace) }));
    },
    async measured({ limit, between }) {
      const query =
        'SELECT operations.*, forecast_json, trace_json FROM measurements JOIN operations ON id = operation_id ' +
        `WHERE outcome_json IS NOT NULL ${between ? 'AND source IN (?, ?) AND destination IN (?, ?)' : ''} ` +
        'ORDER BY ended_at_ms DESC LIMIT ?';
      return (await sql.all(query, ...(between ?? []), ...(between ?? []), limit)).flatMap(measuredOf);
    },
    shares: shareLedgerOn(sql),
    runs: runLedgerOn(sql),
    close: () => sql.close(),
  };

  /** Writes that take effect only under the latest token. */
  async function fenced(lease: Lease, ...statements: readonly SqlStatement[]): Promise<void> {
    const changes = await sql.run(...statements);
    if (changes.every((changed) => changed === 1)) return;
    const message = `operation ${lease.operationId} was taken over by another Ferry, or has ended; see: ferry show ${lease.operationId}`;
    throw new EngineError('fenced', message);
  }

  async function busy({ name, uuid }: { readonly name: string; readonly uuid: string }) {
    const query = 'SELECT id FROM operations WHERE domain_uuid = ? AND ended_at_ms IS NULL';
    const [row] = await sql.all(query, uuid);
    const id = row ? String(row.id) : 'ID';
    const next = `see how it stands: ferry show ${id}; if nobody runs it: ferry recover ${id}`;
    return new EngineError('busy', `operation ${id} of ${name} is open; ${next}`);
  }
}

/** Writes a row, in the place of the one that has these keys. */
function upsert(
  table: string,
  keys: Readonly<Record<string, SqlValue>>,
  others: Readonly<Record<string, SqlValue>>,
): SqlStatement {
  const row = { ...keys, ...others };
  const columns = Object.keys(row);
  const latest = Object.keys(others).map((name) => `${name} = excluded.${name}`);
  const insert = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  const replace = `ON CONFLICT (${Object.keys(keys).join(', ')}) DO UPDATE SET ${latest.join(', ')}`;
  return [`${insert} ${replace}`, ...Object.values(row)];
}

/** The operation is open, and the token is its latest. */
const CURRENT = 'id = ? AND token = ? AND ended_at_ms IS NULL';

function current({ operationId, token }: Lease): [string, number] {
  return [operationId, token];
}

function insertion(lease: Lease, { atMs, kind, step, data }: NewEntry): SqlStatement {
  const columns = 'operation_id, sequence, version, at_ms, kind, step, data_json';
  const next = '(SELECT coalesce(max(sequence), 0) + 1 FROM entries WHERE operation_id = ?)';
  const values = [
    lease.operationId,
    lease.operationId,
    ENTRY_VERSION,
    atMs,
    kind,
    step,
    JSON.stringify(data),
  ];
  return [
    `INSERT INTO entries (${columns}) SELECT ?, ${next}, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM operations WHERE ${CURRENT})`,
    ...values,
    ...current(lease),
  ];
}
