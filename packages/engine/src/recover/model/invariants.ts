import { hasAnswer } from './entries.ts';
import { runsHere, runsThere } from './moves.ts';
import type { Move, Setting, World } from './world.ts';

/** What a move breaks; `null` where it breaks nothing. What faults and the guest itself do is not judged. */
export function brokenBy(before: World, { by, next, label }: Move, setting: Setting): string | null {
  if (setting.wasPaused && (runsHere(next) || runsThere(next)))
    return 'a guest that the user had paused runs';
  const startsHere = !runsHere(before) && runsHere(next);
  const startsThere = !runsThere(before) && runsThere(next);
  if (startsHere && runsThere(next)) return 'two run: the source was started';
  if (startsThere && runsHere(next)) return 'two run: the destination was started';
  if (startsHere && before.truth.ranThere) return 'the source goes on from the past';
  if (startsThere && before.truth.ranOnHere) return 'the destination goes on from the past';
  if (by !== 'ferry' || label === 'decides') return null;
  // With strict commit or without, only a guest that was never on the destination may do without its disk there.
  const diskGone = before.destination.volume && !next.destination.volume;
  if (diskGone && before.truth.ranThere && !runsHere(before))
    return 'the disk that the guest wrote last was removed';
  const copies = copiesOf(before);
  if (copies.length > 0 && copiesOf(next).length === 0) return 'the only copy was destroyed';
  if (isSpread(before) && !isSpread(next) && copiesOf(next).length === 0)
    return 'half of the guest was destroyed';
  return null;
}

/** Where the guest's memory is whole, and of the present. */
export function copiesOf({
  source,
  destination,
  truth,
  journal,
  unwritten,
}: World): ('source' | 'destination')[] {
  const { guest } = destination;
  // Whether a stream that nobody knows to have ended is whole can't be known.
  const known = hasAnswer('perform', [...journal, ...unwritten]);
  const there =
    guest === 'running' || guest === 'paused' || (guest === 'incoming' && destination.whole && known);
  const here = ['running', 'paused', 'stopped'].includes(source.guest);
  return [
    ...(here && !truth.ranThere ? (['source'] as const) : []),
    ...(there && !truth.ranOnHere ? (['destination'] as const) : []),
  ];
}

function isSpread({ source, destination }: World): boolean {
  return source.guest.startsWith('post-copy') && destination.guest !== 'off';
}

/** What is wrong where recovery says that it is done; `null` where nothing is. `had`: a copy was there to be saved. */
export function wrongAtEnd(world: World, result: string, setting: Setting, had: boolean): string | null {
  const { source, destination, truth } = world;
  if (runsHere(world) && runsThere(world)) return 'done, and two run';
  const copies = copiesOf(world);
  if (copies.length > 1) return 'done, and both hosts have the guest';
  const runs = setting.wasPaused || runsHere(world) || runsThere(world);
  if (truth.tooLate !== 'move' && had && !(copies.length === 1 && runs))
    return 'done, and no host runs the guest';
  if (truth.tooLate === 'move') return null;
  if (copies[0] === 'source' && result !== 'rolled-back')
    return 'migrated, says Ferry, but the source has it';
  if (copies[0] === 'destination' && result !== 'migrated')
    return 'rolled back, says Ferry, but the guest has left';
  const made = destination.pool || (result === 'rolled-back' && destination.volume);
  if (made && truth.tooLate !== 'creation') return 'done, and what the move made is still there';
  if (result === 'migrated') {
    if (setting.copyStorage && !destination.volume) return 'the disk of the guest was removed';
    if (source.guest !== 'off') return 'migrated, and the source still has a copy';
    const kept = setting.persistent && setting.sourceDefinition === 'keep';
    if (source.defined !== kept) return 'migrated, and the definition on the source is not as asked for';
    const stored = setting.persistent ? 'moved' : setting.definedThere ? 'before' : 'none';
    return destination.definition === stored
      ? null
      : `migrated, and the definition there is ${destination.definition}`;
  }
  if (destination.guest !== 'off') return 'rolled back, and the destination still has a copy';
  if (source.defined !== setting.persistent) return 'rolled back, and the source has lost its definition';
  const before = setting.definedThere ? 'before' : 'none';
  return destination.definition === before
    ? null
    : `rolled back, and the definition there is ${destination.definition}`;
}
