import type { CheckReport, Finding, Repaired, Severity, Verdict } from '@virt-ferry/engine';
import type { Explanation } from '@virt-ferry/engine/known-errors';

/** What people read of a check, in one language. What a host said stays as the host said it. */
export interface Words {
  readonly groups: Readonly<Record<Severity, string>>;
  readonly remedy: string;
  /** Follows a remedy that `--fix` can apply. */
  readonly automatic: string;
  readonly repaired: Readonly<Record<Repaired['result'], string>>;
  verdict(report: Pick<CheckReport, 'domain' | 'source' | 'destination' | 'verdict'>): string;
  /** In a table of many. */
  readonly verdicts: Readonly<Record<Verdict, string>>;
  readonly columns: Readonly<Record<'domain' | 'from' | 'to' | 'verdict' | 'first', string>>;
  message(finding: Finding): string;
  remedyOf(finding: Finding): string | null;
  /** What an error of libvirt or QEMU means, and what to do about it; a line each. */
  explanation(known: Explanation): readonly [string, string];
}
