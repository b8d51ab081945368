import { EngineError } from '../errors.ts';
import type { ShareRequest, StepId, Thing } from '../share/model.ts';
import type { Holder, Holding } from './journal.ts';
import { holdingOf, isHost, read } from './rows.ts';
import { isNumber, isObject, isOneOf, isText, isTextOrNull, type Shape } from './shape.ts';
import type { Sql, SqlRow } from './sql.ts';

/** The right to change a share; see Lease of journal.ts, which fences likewise. */
export interface ShareLease {
  readonly shareId: string;
  readonly token: number;
}

/** A directory that is shared, or is being. */
export interface Share {
  readonly id: string;
  /** By which its server is known: see ShareFacts. */
  readonly machineId: string;
  readonly path: string;
  /** What was asked for; its clients are all that were ever named. */
  readonly request: ShareRequest;
  readonly startedAtMs: number;
  /** `null` while nobody is at work on it. */
  readonly holding: Holding | null;
  readonly token: number;
}

/**
 * A line of a share's story. `intent` is on disk before the step is taken, and says how to undo it; `done` and `undone`
 * follow, and name the intent.
 */
export type ShareEntry =
  | {
      readonly kind: 'intent';
      readonly sequence: number;
      readonly step: StepId;
      readonly host: ShareRequest['server'];
      readonly values: Readonly<Record<string, string>>;
      readonly undo: readonly Thing[];
    }
  | { readonly kind: 'done' | 'undone'; readonly sequence: number; readonly of: number };

type WithoutSequence<T> = T extends unknown ? Omit<T, 'sequence'> : never;
export type NewShareEntry = WithoutSequence<ShareEntry>;

/**
 * What was made on which host so that a directory is shared, and how each is undone. Every write is on disk when its
 * promise resolves. Throws an EngineError: `busy`, `fenced` or `journal`, as the journal does.
 */
export interface ShareLedger {
  /** Begins a share and leases it. There is at most one open share a directory. */
  begin(share: Omit<Share, 'holding' | 'token'>, holder: Holder, untilMs: number): Promise<ShareLease>;
  /** Leases an open share anew, if its token is still the one that was seen; `null` if it isn't. */
  takeOver(seen: ShareLease, holder: Holder, untilMs: number): Promise<ShareLease | null>;
  /** Writes a line, and holds the share on until then; returns the line's number. */
  append(lease: ShareLease, entry: NewShareEntry, atMs: number, untilMs: number): Promise<number>;
  /** What is asked for is now this. */
  setRequest(lease: ShareLease, request: ShareRequest): Promise<void>;
  /** Nobody is at work on it any more. */
  release(lease: ShareLease): Promise<void>;
  end(lease: ShareLease, atMs: number): Promise<void>;
  /** Those that have not ended, the oldest first. */
  open(): Promise<Share[]>;
  entries(shareId: string): Promise<ShareEntry[]>;
}

/** The open share, and the token is its latest. */
const CURRENT = 'id = ? AND token = ? AND ended_at_ms IS NULL';

export function shareLedgerOn(sql: Sql): ShareLedger {
  const update = async (lease: ShareLease, set: string, ...values: (string | number | null)[]) => {
    const [changed] = await sql.run([
      `UPDATE shares SET ${set} WHERE ${CURRENT}`,
      ...values,
      lease.shareId,
      lease.token,
    ]);
    if (changed !== 1) throw fenced(lease);
  };
  return {
    async begin({ id, machineId, path, request, startedAtMs }, holder, untilMs) {
      await sql.reserve();
      const columns = 'id, machine_id, path, request_json, started_at_ms, token, holder_json, lease_until_ms';
      const free =
        'WHERE NOT EXISTS (SELECT 1 FROM shares WHERE machine_id = ? AND path = ? AND ended_at_ms IS NULL)';
      const [begun] = await sql.run([
        `INSERT INTO shares (${columns}) SELECT ?, ?, ?, ?, ?, 1, ?, ? ${free}`,
        ...[id, machineId, path, JSON.stringify(request), startedAtMs],
        ...[JSON.stringify(holder), untilMs, machineId, path],
      ]);
      if (begun === 0)
        throw new EngineError('busy', `another Ferry has just begun to share ${path}; say the same again`);
      return { shareId: id, token: 1 };
    },
    async takeOver(seen, holder, untilMs) {
      const [taken] = await sql.run([
        `UPDATE shares SET token = token + 1, holder_json = ?, lease_until_ms = ? WHERE ${CURRENT}`,
        ...[JSON.stringify(holder), untilMs, seen.shareId, seen.token],
      ]);
      return taken === 1 ? { ...seen, token: seen.token + 1 } : null;
    },
    async append(lease, { kind, ...data }, atMs, untilMs) {
      const { shareId, token } = lease;
      const columns = 'share_id, sequence, at_ms, kind, data_json';
      const next = '(SELECT coalesce(max(sequence), 0) + 1 FROM share_entries WHERE share_id = ?)';
      const changes = await sql.run(
        [
          `INSERT INTO share_entries (${columns}) SELECT ?, ${next}, ?, ?, ? WHERE EXISTS (SELECT 1 FROM shares WHERE ${CURRENT})`,
          ...[shareId, shareId, atMs, kind, JSON.stringify(data), shareId, token],
        ],
        [`UPDATE shares SET lease_until_ms = ? WHERE ${CURRENT}`, untilMs, shareId, token],
      );
      if (changes.some((changed) => changed !== 1)) throw fenced(lease);
      const [row] = await sql.all(
        'SELECT max(sequence) AS sequence FROM share_entries WHERE share_id = ?',
        shareId,
      );
      return Number(row?.sequence);
    },
    setRequest: (lease, request) => update(lease, 'request_json = ?', JSON.stringify(request)),
    release: (lease) => update(lease, 'holder_json = NULL, lease_until_ms = NULL'),
    end: (lease, atMs) => update(lease, 'ended_at_ms = ?, holder_json = NULL, lease_until_ms = NULL', atMs),
    async open() {
      const rows = await sql.all('SELECT * FROM shares WHERE ended_at_ms IS NULL ORDER BY started_at_ms');
      return rows.map(shareOf);
    },
    async entries(shareId) {
      const query = 'SELECT * FROM share_entries WHERE share_id = ? ORDER BY sequence';
      return (await sql.all(query, shareId)).map((row) => entryOf(row, shareId));
    },
  };
}

function fenced({ shareId }: ShareLease): EngineError {
  return new EngineError('fenced', `share ${shareId} was taken over by another Ferry, or is removed`);
}

const requestShape: Shape = {
  server: isHost,
  clients: (value) => Array.isArray(value) && value.every(isHost),
  path: isText,
  mount: isText,
  nfs: isOneOf('4.2', '3'),
  mountWith: isOneOf('pool', 'systemd', 'fstab'),
  address: isTextOrNull,
  firewall: isOneOf('open', 'keep'),
};

const intentShape: Shape = {
  step: isText,
  host: isHost,
  values: isObject,
  undo: (value) =>
    Array.isArray(value) &&
    value.every((thing) => Array.isArray(thing) && thing.length > 0 && thing.every(isText)),
};

function shareOf(row: SqlRow): Share {
  const id = String(row.id);
  const token = Number(row.token);
  return {
    ...{ id, token, machineId: String(row.machine_id), path: String(row.path) },
    request: read<ShareRequest>(row.request_json, requestShape, id, 'request'),
    startedAtMs: Number(row.started_at_ms),
    holding: holdingOf(row, id, token),
  };
}

function entryOf(row: SqlRow, shareId: string): ShareEntry {
  const sequence = Number(row.sequence);
  const place = `entry ${sequence}`;
  if (row.kind === 'intent') {
    type Intent = Omit<Extract<ShareEntry, { kind: 'intent' }>, 'kind' | 'sequence'>;
    return { kind: 'intent', sequence, ...read<Intent>(row.data_json, intentShape, shareId, place) };
  }
  if (row.kind !== 'done' && row.kind !== 'undone')
    throw new EngineError(
      'journal',
      `share ${shareId} in the journal is damaged: ${place} is of kind ${JSON.stringify(row.kind)}`,
    );
  const { of } = read<{ of: number }>(row.data_json, { of: isNumber }, shareId, place);
  return { kind: row.kind, sequence, of };
}
