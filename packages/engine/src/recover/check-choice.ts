import { EngineError } from '../errors.ts';
import type { Names } from './named.ts';
import type { Choice } from './record.ts';
import { conditionOf, type Sighting } from './sighting.ts';

/**
 * Throws an EngineError, `choice`, where the operator chose a side that has no copy of a guest which the other runs:
 * that would end the only one there is. A stopped copy may be ended so, if the guest is known to have run and ended on
 * the side that was chosen.
 */
export function checkChoice(
  choice: Choice | null,
  { source, destination }: { readonly source: Sighting; readonly destination: Sighting },
  names: Names,
): void {
  if (choice === null || choice === 'accept') return;
  const other = choice === 'source' ? 'destination' : 'source';
  const sightings = { source, destination };
  if (conditionOf(sightings[choice]) !== 'off' || conditionOf(sightings[other]) !== 'running') return;
  throw new EngineError(
    'choice',
    `${names[choice]} has no copy of the guest, and ${names[other]} runs it: choosing ${choice} would end the only one; nothing was touched`,
  );
}
