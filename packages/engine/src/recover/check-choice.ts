import { EngineError } from '../errors.ts';
import type { Names } from './named.ts';
import type { Choice } from './record.ts';
import { conditionOf, type Sighting } from './sighting.ts';

/**
 * Throws an EngineError, `choice`, where the operator chose a side that isn't seen to have a copy of a guest which the
 * other runs, or a copy that only waits for one: that could end the only one there is. A stopped copy may be ended so,
 * if the guest is known to have run and ended on the side that was chosen.
 */
export function checkChoice(
  choice: Choice | null,
  { source, destination }: { readonly source: Sighting; readonly destination: Sighting },
  names: Names,
): void {
  if (choice === null || choice === 'accept') return;
  const other = choice === 'source' ? 'destination' : 'source';
  const sightings = { source, destination };
  const lacks = lackOf(sightings[choice]);
  const others = conditionOf(sightings[other]);
  const isHeld =
    others === 'running' || (lacks === 'has a copy that still waits for the guest' && others !== 'off');
  if (lacks === null || !isHeld) return;
  throw new EngineError(
    'choice',
    `${names[choice]} ${lacks}, and ${names[other]} ${others === 'running' ? 'runs' : 'has'} it: choosing ${choice} could end the only one; nothing was touched`,
  );
}

/** What is wrong with the copy of a side that was chosen; `null` where nothing is. */
function lackOf(sighting: Sighting) {
  switch (conditionOf(sighting)) {
    case 'off':
      return 'has no copy of the guest';
    case 'unreachable':
      return 'is not seen to have a copy of the guest';
    case 'incoming':
      return 'has a copy that still waits for the guest';
    default:
      return null;
  }
}
