import { Kysely, type Selectable, SqliteDialect } from 'kysely';
import type { Entry, Journal, Operation } from './journal.ts';
import type { Tables } from './schema.ts';
import { openSqlite } from './sqlite.ts';

/** The journal in a SQLite file, made on first use. Throws an EngineError with code `journal`. */
export function openJournal(path: string): Journal {
  return journalOn(new Kysely<Tables>({ dialect: new SqliteDialect({ database: openSqlite(path) }) }));
}

/** The journal over any SQL database that has its tables. */
function journalOn(db: Kysely<Tables>): Journal {
  return {
    async begin({ id, kind, domain, source, destination, request, startedAtMs }) {
      const row = {
        id,
        kind,
        domain_name: domain.name,
        domain_uuid: domain.uuid,
        source,
        destination,
        request_json: JSON.stringify(request),
        started_at_ms: startedAtMs,
        abort_requested: 0,
      };
      await db
        .insertInto('operations')
        .values({ ...row, ended_at_ms: null, outcome_json: null })
        .execute();
    },
    async append({ operationId, atMs, kind, step, data }) {
      await db
        .insertInto('entries')
        .columns(['operation_id', 'sequence', 'at_ms', 'kind', 'step', 'data_json'])
        .expression((eb) =>
          eb
            .selectFrom('entries')
            .where('operation_id', '=', operationId)
            .select(({ fn, val, eb: e }) => [
              val(operationId).as('operation_id'),
              e(fn.coalesce(fn.max('sequence'), val(0)), '+', 1).as('sequence'),
              val(atMs).as('at_ms'),
              val(kind).as('kind'),
              val(step).as('step'),
              val(JSON.stringify(data)).as('data_json'),
            ]),
        )
        .execute();
    },
    async end(id, outcome, atMs) {
      const change = { ended_at_ms: atMs, outcome_json: JSON.stringify(outcome) };
      await db.updateTable('operations').set(change).where('id', '=', id).execute();
    },
    async setProgress(id, progress) {
      const progress_json = JSON.stringify(progress);
      await db
        .insertInto('progress')
        .values({ operation_id: id, progress_json })
        .onConflict((conflict) => conflict.column('operation_id').doUpdateSet({ progress_json }))
        .execute();
    },
    async progress(id) {
      const row = await db
        .selectFrom('progress')
        .selectAll()
        .where('operation_id', '=', id)
        .executeTakeFirst();
      return row ? JSON.parse(row.progress_json) : null;
    },
    async requestAbort(id) {
      const open = db
        .updateTable('operations')
        .set({ abort_requested: 1 })
        .where('id', '=', id)
        .where('ended_at_ms', 'is', null);
      return (await open.executeTakeFirst()).numUpdatedRows > 0n;
    },
    async operation(id) {
      const row = await db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? operationOf(row) : null;
    },
    async operations({ open, limit }) {
      let query = db.selectFrom('operations').selectAll().orderBy('started_at_ms', 'desc');
      if (open !== undefined) query = query.where('ended_at_ms', open ? 'is' : 'is not', null);
      if (limit !== undefined) query = query.limit(limit);
      return (await query.execute()).map(operationOf);
    },
    async entries(id, afterSequence = 0) {
      const rows = await db
        .selectFrom('entries')
        .selectAll()
        .where('operation_id', '=', id)
        .where('sequence', '>', afterSequence)
        .orderBy('sequence')
        .execute();
      return rows.map(entryOf);
    },
    close: () => db.destroy(),
  };
}

function operationOf(row: Selectable<Tables['operations']>): Operation {
  return {
    id: row.id,
    kind: row.kind,
    domain: { name: row.domain_name, uuid: row.domain_uuid },
    source: row.source,
    destination: row.destination,
    request: JSON.parse(row.request_json),
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    outcome: row.outcome_json === null ? null : JSON.parse(row.outcome_json),
    abortRequested: row.abort_requested !== 0,
  };
}

function entryOf(row: Selectable<Tables['entries']>): Entry {
  const { operation_id: operationId, sequence, at_ms: atMs, kind, step } = row;
  return { operationId, sequence, atMs, kind, step, data: JSON.parse(row.data_json) };
}
