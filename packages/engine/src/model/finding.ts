// What preflight finds.

export type Severity = 'blocker' | 'warning' | 'notice' | 'pass';

/** One result of preflight. */
export interface Finding {
  /** Stable, for example `cpu.incompatible`. */
  readonly id: string;
  /** What it is about: `cpu`, `memory`, `storage`, … */
  readonly subject: string;
  readonly severity: Severity;
  /** Names the object and the host. */
  readonly message: string;
  /** The names and figures in it, for those who say it in another language. */
  readonly values: Readonly<Record<string, string>>;
  /** What was seen that leads to it. */
  readonly evidence: string;
  /** What mends it, where something does. */
  readonly fix: Fix | null;
}

export interface Fix {
  /** A command that the user can run, or a sentence. */
  readonly command: string;
  readonly automatic: boolean;
}

export type Verdict = 'ready' | 'warnings' | 'blocked';

/** All findings about moving one domain from one host to another. */
export interface CheckReport {
  readonly domain: { readonly name: string; readonly uuid: string };
  readonly source: string;
  readonly destination: string;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** What `--fix` did before these findings were made. */
  readonly repaired?: readonly Repaired[];
}

/** What was done about a finding, or why it could not be. */
export interface Repaired {
  readonly finding: Finding;
  readonly result: 'mended' | 'failed';
  /** What was done, and how to undo it; or what stood against it. */
  readonly text: string;
}
