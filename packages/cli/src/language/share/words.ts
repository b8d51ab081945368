import type { ShareProblem, ShareReport, ShareStatus, StepReport } from '@virt-ferry/engine';

/** What people read of a share, in one language. What a host said stays as the host said it. */
export interface ShareWords {
  readonly states: Readonly<Record<StepReport['state'], string>>;
  readonly remedy: string;
  step(step: StepReport): string;
  message(problem: ShareProblem): string;
  remedyOf(problem: ShareProblem): string | null;
  created(report: ShareReport): string;
  removed(report: ShareReport): string;
  adopted(report: ShareReport, domain: string): string;
  status(status: Pick<ShareStatus, 'server' | 'path' | 'verdict'>): string;
}
