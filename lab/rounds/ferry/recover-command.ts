import type { Stage } from '../stage.ts';
import { FerryProcess } from './ferry-process.ts';

/** What `ferry recover` made of an operation. */
export interface Recovered {
  /** From the start of the process to its end. */
  readonly ms: number;
  readonly exitCode: number;
  /** Its last line, which says how it ended. */
  readonly said: string;
}

/** The command as a user types it. */
export async function recoverByCommand(stage: Stage, operationId: string): Promise<Recovered> {
  const startMs = performance.now();
  const ferry = new FerryProcess({
    journalPath: `${stage.state}/journal.db`,
    leaseMs: 1500,
    answerMs: 8000,
    stopAt: null,
    passes: 0,
    work: { do: 'recover', operationId },
  });
  const said = await ferry.ended;
  return {
    ms: Math.round(performance.now() - startMs),
    exitCode: 0,
    said: `${ferry.steps.join(', ')}: ${said.said === 'outcome' ? `${said.outcome.result} ${said.outcome.reason}` : JSON.stringify(said)}`,
  };
}
