import { faultMoves } from './faults.ts';
import { type Decide, ferryMoves } from './ferry.ts';
import { libvirtMoves } from './libvirt.ts';
import type { Move, Setting, World } from './world.ts';

/** All that may happen next in a world, with what it does to the truth. */
export function* movesFrom(world: World, setting: Setting, decide: Decide): Generator<Move> {
  for (const move of ferryMoves(world, setting, decide)) yield observed(move);
  for (const move of libvirtMoves(world, setting)) yield observed(move);
  for (const move of faultMoves(world, setting)) yield observed(move);
}

/** Notes which memory is of the past after a move. */
export function observed(move: Move): Move {
  const { source, destination, truth } = move.next;
  const ranThere = truth.ranThere || runsThere(move.next);
  const ranOnHere = truth.ranOnHere || (source.guest === 'running' && destination.whole);
  if (ranThere === truth.ranThere && ranOnHere === truth.ranOnHere) return move;
  return { ...move, next: { ...move.next, truth: { ...truth, ranThere, ranOnHere } } };
}

export function runsHere({ source }: World): boolean {
  return source.guest === 'running';
}

export function runsThere({ destination }: World): boolean {
  return destination.guest === 'running' || destination.guest.startsWith('post-copy');
}
