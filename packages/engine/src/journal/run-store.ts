import { EngineError } from '../errors.ts';
import type { HostRef } from '../model.ts';
import { holdingOf, isHost, read } from './rows.ts';
import type { Run, RunEntry, RunGoal, RunLease, RunLedger, RunOutcome } from './run-ledger.ts';
import { isNumber, isObject, isOneOf, isText, type Shape } from './shape.ts';
import type { Sql, SqlRow, SqlStatement } from './sql.ts';

/** The open run, and the token is its latest. */
const CURRENT = 'id = ? AND token = ? AND ended_at_ms IS NULL';
const NEXT = '(SELECT coalesce(max(sequence), 0) + 1 FROM run_entries WHERE run_id = ?)';

/** The ledger of runs over any SQL database that has its tables. */
export function runLedgerOn(sql: Sql): RunLedger {
  /** Writes that take effect only under the latest token. */
  const fenced = async ({ runId }: RunLease, ...statements: readonly SqlStatement[]) => {
    const changes = await sql.run(...statements);
    if (changes.every((changed) => changed > 0)) return;
    const message = `run ${runId} was taken over by another Ferry, or has ended; see: ferry show ${runId}`;
    throw new EngineError('fenced', message);
  };
  const update = (lease: RunLease, set: string, ...values: (string | number)[]): SqlStatement => [
    `UPDATE runs SET ${set} WHERE ${CURRENT}`,
    ...values,
    ...current(lease),
  ];
  return {
    async begin({ id, goal, request, hosts, startedAtMs }, holder, untilMs) {
      await sql.reserve();
      const uris = [...new Set(hosts.map(({ uri }) => uri))];
      const columns = 'id, goal, request_json, hosts_json, started_at_ms, token, holder_json, lease_until_ms';
      const taken = `SELECT 1 FROM run_hosts WHERE uri IN (${uris.map(() => '?').join(', ')})`;
      const [begun] = await sql.run(
        [
          `INSERT INTO runs (${columns}) SELECT ?, ?, ?, ?, ?, 1, ?, ? WHERE NOT EXISTS (${taken})`,
          ...[id, goal, JSON.stringify(request), JSON.stringify(hosts), startedAtMs],
          ...[JSON.stringify(holder), untilMs, ...uris],
        ],
        ...uris.map(
          (uri): SqlStatement => [
            'INSERT INTO run_hosts (uri, run_id) SELECT ?, ? WHERE EXISTS (SELECT 1 FROM runs WHERE id = ?)',
            ...[uri, id, id],
          ],
        ),
      );
      if (begun === 0) throw await busy(uris);
      return { runId: id, token: 1 };
    },
    async takeOver(seen, holder, atMs, untilMs) {
      const { machine, pid } = holder;
      const [, taken] = await sql.run(
        insertion(seen, 'taken-over', { machine, pid }, atMs),
        update(
          seen,
          'token = token + 1, holder_json = ?, lease_until_ms = ?',
          JSON.stringify(holder),
          untilMs,
        ),
      );
      return taken === 1 ? { ...seen, token: seen.token + 1 } : null;
    },
    renew: (lease, untilMs) => fenced(lease, update(lease, 'lease_until_ms = ?', untilMs)),
    async append(lease, { kind, ...data }, atMs) {
      await fenced(lease, insertion(lease, kind, data, atMs));
      const query = 'SELECT max(sequence) AS sequence FROM run_entries WHERE run_id = ?';
      const [row] = await sql.all(query, lease.runId);
      return Number(row?.sequence);
    },
    async end(lease, outcome, atMs) {
      const ending = update(lease, 'ended_at_ms = ?, outcome_json = ?', atMs, JSON.stringify(outcome));
      const freed = 'DELETE FROM run_hosts WHERE run_id IN (SELECT id FROM runs WHERE id = ? AND token = ?)';
      await fenced(lease, ending, [freed, ...current(lease)]);
    },
    async requestAbort(id) {
      const change = 'UPDATE runs SET abort_requested = 1 WHERE id = ? AND ended_at_ms IS NULL';
      const [asked] = await sql.run([change, id]);
      return asked === 1;
    },
    async run(id) {
      const [row] = await sql.all('SELECT * FROM runs WHERE id = ?', id);
      return row ? runOf(row) : null;
    },
    async runs({ open, limit }) {
      const where = open === undefined ? '' : `WHERE ended_at_ms IS ${open ? '' : 'NOT '}NULL`;
      const query = `SELECT * FROM runs ${where} ORDER BY started_at_ms DESC LIMIT ?`;
      return (await sql.all(query, limit ?? Number.MAX_SAFE_INTEGER)).map(runOf);
    },
    async entries(id) {
      const query = 'SELECT * FROM run_entries WHERE run_id = ? ORDER BY sequence';
      return (await sql.all(query, id)).map((row) => entryOf(row, id));
    },
  };

  async function busy(uris: readonly string[]): Promise<EngineError> {
    const query = `SELECT run_id FROM run_hosts WHERE uri IN (${uris.map(() => '?').join(', ')})`;
    const [row] = await sql.all(query, ...uris);
    const id = String(row?.run_id ?? 'ID');
    return new EngineError(
      'busy',
      `run ${id} has one of these hosts; see how it stands: ferry show ${id}; if nobody carries it out: ferry recover ${id}`,
    );
  }
}

function current({ runId, token }: RunLease): [string, number] {
  return [runId, token];
}

function insertion(lease: RunLease, kind: string, data: object, atMs: number): SqlStatement {
  return [
    `INSERT INTO run_entries (run_id, sequence, at_ms, kind, data_json) SELECT ?, ${NEXT}, ?, ?, ? WHERE EXISTS (SELECT 1 FROM runs WHERE ${CURRENT})`,
    ...[lease.runId, lease.runId, atMs, kind, JSON.stringify(data), ...current(lease)],
  ];
}

const isStays = (value: unknown) =>
  Array.isArray(value) && value.every((one) => isObject(one) && isText(one.domain) && isText(one.reason));
const isMove = (value: unknown) =>
  isObject(value) && isText(value.domain) && isText(value.from) && isText(value.to);

const goals: Shape = { goal: isOneOf('evacuate', 'restore', 'balance', 'consolidate', 'roll') };

const outcomeShape: Shape = {
  result: isOneOf('done', 'blocked', 'failed', 'aborted'),
  reason: (value) => value === undefined || isText(value),
  moved: (value) => Array.isArray(value) && value.every(isText),
  stays: isStays,
};

const step: Shape = { host: isText, step: isOneOf('empty', 'command', 'healthy', 'refilled') };

const entryShapes: Readonly<Record<RunEntry['kind'], Shape>> = {
  plan: { moves: (value) => Array.isArray(value) && value.every(isMove), unplaced: isStays },
  intent: { domain: isText, from: isText, to: isText },
  operation: { of: isNumber, operationId: isText },
  ended: { of: isNumber, result: isOneOf('moved', 'failed', 'uncertain'), reason: isText },
  'step-began': step,
  'step-done': step,
  'taken-over': { machine: isText, pid: isNumber },
};

function runOf(row: SqlRow): Run {
  const id = String(row.id);
  const token = Number(row.token);
  const { goal } = read<{ goal: RunGoal }>(JSON.stringify({ goal: row.goal }), goals, id, 'goal');
  const hosts = read<{ hosts: HostRef[] }>(
    `{"hosts":${String(row.hosts_json)}}`,
    { hosts: (value) => Array.isArray(value) && value.every(isHost) },
    ...([id, 'hosts'] as const),
  );
  return {
    ...{ id, goal, token, hosts: hosts.hosts },
    request: read<Run['request']>(row.request_json, {}, id, 'request'),
    startedAtMs: Number(row.started_at_ms),
    endedAtMs: row.ended_at_ms === null ? null : Number(row.ended_at_ms),
    outcome:
      row.outcome_json === null ? null : read<RunOutcome>(row.outcome_json, outcomeShape, id, 'outcome'),
    abortRequested: row.abort_requested !== 0,
    holding: holdingOf(row, id, token),
  };
}

function entryOf(row: SqlRow, runId: string): RunEntry {
  const kind = String(row.kind);
  const place = `entry ${String(row.sequence)}`;
  const shape = isKind(kind) ? entryShapes[kind] : undefined;
  if (shape === undefined)
    throw new EngineError(
      'journal',
      `run ${runId} in the journal is damaged: ${place} is of kind ${JSON.stringify(kind)}, which this Ferry does not know`,
    );
  const data = read<object>(row.data_json, shape, runId, place);
  return { sequence: Number(row.sequence), atMs: Number(row.at_ms), kind, ...data } as RunEntry;
}

const isKind = (kind: string): kind is RunEntry['kind'] => Object.hasOwn(entryShapes, kind);
