import type { Env } from '../env.ts';
import type { HostRef } from '../model.ts';
import { refuseRunning } from './attendance.ts';
import { checkChoice } from './check-choice.ts';
import { decide } from './decide.ts';
import { namedStep } from './named.ts';
import { type Choice, recordOf } from './record.ts';
import { openOperation } from './recover.ts';
import { describeSighting, type Sighting } from './sighting.ts';
import { sitesOf } from './site.ts';
import type { Step } from './step.ts';
import { readStory } from './take-over.ts';

/** What both hosts say of the domain of an open operation, and what recovery would do next. */
export interface Survey {
  readonly source: SurveyedHost;
  readonly destination: SurveyedHost;
  readonly step: Step;
}

export interface SurveyedHost {
  readonly name: string;
  readonly sighting: Sighting;
  /** The sighting for people: `paused, for a migration`. */
  readonly says: string;
}

/**
 * What recovery would do next, and from what it concludes that; with a choice, what it would do upon that. Touches
 * nothing. Throws an EngineError where {@link recover} would.
 */
export async function survey(
  operationId: string,
  { hosts, choice }: { readonly hosts: readonly HostRef[]; readonly choice: Choice | null },
  env: Env,
): Promise<Survey> {
  const operation = await openOperation(operationId, env);
  await refuseRunning(operation, env);
  const read = recordOf(operation.request, await readStory(operationId, env), operation.abortRequested);
  const record = choice === null ? read : { ...read, choice };
  const sites = sitesOf(operation, record, hosts, env);
  try {
    const [source, destination] = await Promise.all([sites.source.look(), sites.destination.look()]);
    const names = { source: sites.source.ref.name, destination: sites.destination.ref.name };
    checkChoice(choice, { source, destination }, names);
    const seen = (name: string, sighting: Sighting) => ({
      name,
      sighting,
      says: describeSighting(sighting),
    });
    return {
      source: seen(names.source, source),
      destination: seen(names.destination, destination),
      step: namedStep(decide(record, source, destination), names),
    };
  } finally {
    await Promise.all([sites.source.close(), sites.destination.close()]);
  }
}
