/** Raised whenever {@link schema} changes. */
export const SCHEMA_VERSION = 1;

/** Plain SQL that SQLite and PostgreSQL both take. Times are milliseconds since 1970; `*_json` hold JSON text. */
export const schema = `
  CREATE TABLE IF NOT EXISTS operations (
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
  );
`;
