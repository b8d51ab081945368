/**
 * Plain SQL that SQLite and PostgreSQL both take, a step a version: a database of version n has had the first n of
 * them. A step that was ever released is never changed. Times are milliseconds since 1970; `*_json` hold JSON text.
 */
export const schema: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS operations (
    id              TEXT PRIMARY KEY,
    kind            TEXT NOT NULL,
    domain_name     TEXT NOT NULL,
    domain_uuid     TEXT NOT NULL,
    source          TEXT NOT NULL,
    destination     TEXT NOT NULL,
    request_json    TEXT NOT NULL,
    started_at_ms   BIGINT NOT NULL,
    ended_at_ms     BIGINT,
    outcome_json    TEXT,
    abort_requested INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS entries (
    operation_id TEXT NOT NULL REFERENCES operations (id),
    sequence     INTEGER NOT NULL,
    at_ms        BIGINT NOT NULL,
    kind         TEXT NOT NULL,
    step         TEXT NOT NULL,
    data_json    TEXT NOT NULL,
    PRIMARY KEY (operation_id, sequence)
  );
  CREATE TABLE IF NOT EXISTS progress (
    operation_id  TEXT PRIMARY KEY REFERENCES operations (id),
    progress_json TEXT NOT NULL
  );`,
  // Leases. An operation that an older Ferry left open can't be recovered by its story, so it is closed as it stands.
  `ALTER TABLE operations ADD COLUMN token INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE operations ADD COLUMN holder_json TEXT;
  ALTER TABLE operations ADD COLUMN lease_until_ms BIGINT;
  ALTER TABLE entries ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
  UPDATE operations SET ended_at_ms = started_at_ms WHERE ended_at_ms IS NULL;
  CREATE UNIQUE INDEX one_open_operation_a_domain ON operations (domain_uuid) WHERE ended_at_ms IS NULL;`,
  // What was once read need not be read again, as long as the file has its length and its time.
  `CREATE TABLE digests (
    host_uuid   TEXT NOT NULL,
    path        TEXT NOT NULL,
    file_bytes  BIGINT NOT NULL,
    modified_at TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    PRIMARY KEY (host_uuid, path)
  );
  CREATE TABLE stale_disks (
    host_uuid    TEXT NOT NULL,
    path         TEXT NOT NULL,
    file_bytes   BIGINT NOT NULL,
    modified_at  TEXT NOT NULL,
    domain_uuid  TEXT NOT NULL,
    operation_id TEXT NOT NULL REFERENCES operations (id),
    at_ms        BIGINT NOT NULL,
    PRIMARY KEY (host_uuid, path)
  );`,
  // What was foretold of a move, and how it went: for the next forecast.
  `CREATE TABLE measurements (
    operation_id  TEXT PRIMARY KEY REFERENCES operations (id),
    forecast_json TEXT,
    trace_json    TEXT
  );`,
  // What was made on hosts so that a directory is shared, until it is taken back.
  `CREATE TABLE shares (
    id             TEXT PRIMARY KEY,
    machine_id     TEXT NOT NULL,
    path           TEXT NOT NULL,
    request_json   TEXT NOT NULL,
    started_at_ms  BIGINT NOT NULL,
    ended_at_ms    BIGINT,
    token          INTEGER NOT NULL,
    holder_json    TEXT,
    lease_until_ms BIGINT
  );
  CREATE UNIQUE INDEX one_open_share_a_directory ON shares (machine_id, path) WHERE ended_at_ms IS NULL;
  CREATE TABLE share_entries (
    share_id  TEXT NOT NULL REFERENCES shares (id),
    sequence  INTEGER NOT NULL,
    at_ms     BIGINT NOT NULL,
    kind      TEXT NOT NULL,
    data_json TEXT NOT NULL,
    PRIMARY KEY (share_id, sequence)
  );`,
  // Runs of many moves, and the hosts that each has for itself until it ends.
  `CREATE TABLE runs (
    id              TEXT PRIMARY KEY,
    goal            TEXT NOT NULL,
    request_json    TEXT NOT NULL,
    hosts_json      TEXT NOT NULL,
    started_at_ms   BIGINT NOT NULL,
    ended_at_ms     BIGINT,
    outcome_json    TEXT,
    abort_requested INTEGER NOT NULL DEFAULT 0,
    token           INTEGER NOT NULL,
    holder_json     TEXT,
    lease_until_ms  BIGINT
  );
  CREATE TABLE run_hosts (
    uri    TEXT PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES runs (id)
  );
  CREATE TABLE run_entries (
    run_id    TEXT NOT NULL REFERENCES runs (id),
    sequence  INTEGER NOT NULL,
    at_ms     BIGINT NOT NULL,
    kind      TEXT NOT NULL,
    data_json TEXT NOT NULL,
    PRIMARY KEY (run_id, sequence)
  );`,
];
