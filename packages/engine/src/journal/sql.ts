/** A value in a statement or a row. */
export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** A statement and its parameters. */
export type SqlStatement = readonly [statement: string, ...values: SqlValue[]];

/**
 * A database that takes the plain SQL of {@link schema} and of the store, with `?` for parameters. What a write
 * changed is on disk when its promise resolves.
 */
export interface Sql {
  /** Runs statements as one transaction; returns how many rows each of them changed. */
  run(...statements: readonly SqlStatement[]): Promise<number[]>;
  /**
   * Sets room aside, so that what begins now can be written to its end though the disk fills up meanwhile. Throws where
   * there is none.
   */
  reserve(): Promise<void>;
  all(query: string, ...values: SqlValue[]): Promise<SqlRow[]>;
  close(): Promise<void>;
}
