/**
 * Two hosts, a guest, a journal and whoever drives the move, as small as recovery can tell them apart. A state is a
 * plain value: what may come next is in moves.ts, and explore.ts follows all of it.
 *
 *   source       guest ── job (Begin … Perform) ── the source's own client, where it drives by itself (p2p)
 *   destination  guest ── job (Prepare … Finish) ── definition, volume, pool
 *   Ferry        absent │ moving (the phases) │ settling (decide, act) │ ended ── calls that may still arrive
 */
import type { NewEntry } from '../../journal/journal.ts';
import type { Commit, Drive, Method } from '../../model.ts';
import type { Done, Step } from '../step.ts';
import type { Call } from './call.ts';

/** What is moved, and how. Fixed for one exploration. */
export interface Setting {
  readonly drive: Drive;
  readonly method: Method;
  readonly commit: Commit;
  readonly wasPaused: boolean;
  /** The domain has a definition on the source, and gets one on the destination. */
  readonly persistent: boolean;
  readonly sourceDefinition: 'remove' | 'keep';
  /** The destination had a definition of this domain before. */
  readonly definedThere: boolean;
  readonly copyStorage: boolean;
  /** How many faults an exploration combines. */
  readonly faults: number;
}

/** `stopped`: paused by the migration. `paused`: by a user. */
export type GuestState =
  | 'off'
  | 'incoming'
  | 'running'
  | 'paused'
  | 'stopped'
  | 'post-copy'
  | 'post-copy-failed';

export type Outcome = 'none' | 'ok' | 'failed';

interface Host {
  readonly reachable: boolean;
  readonly guest: GuestState;
  /** `VIR_DOMAIN_SHUTOFF_*`, where it is off. */
  readonly why: number;
  /** The connection of the phases, as the host sees it. `dying`: its client is gone, which the host hasn't noticed. */
  readonly connection: 'open' | 'dying' | 'closed';
}

export interface Source extends Host {
  readonly defined: boolean;
  /** Phases BEGIN3, PERFORM3, PERFORM3_DONE of libvirt's job. `unattended`: POSTCOPY_FAILED. */
  readonly job: 'none' | 'begin' | 'perform' | 'performed' | 'unattended';
  readonly aborting: boolean;
  /** What the last Perform has come to: the answer that is on its way. */
  readonly outcome: Outcome;
  /** How far the source's own client is. `let-go`: Finish was answered. */
  readonly peer: 'none' | 'begin' | 'perform' | 'performed' | 'finish' | 'let-go';
}

export interface Destination extends Host {
  readonly definition: 'none' | 'before' | 'moved';
  readonly job: 'none' | 'prepare' | 'finish';
  /** What the last Finish has come to. */
  readonly outcome: Outcome;
  /** All of the guest's memory has arrived. */
  readonly whole: boolean;
  /** Whose connection QEMU dies with. */
  readonly diesWith: 'nobody' | 'ferry' | 'peer';
  readonly volume: boolean;
  readonly pool: boolean;
}

/** `ready`: nothing sent. `written`: the intent is on disk. `waiting`: the call is being made. */
export type Stage = 'ready' | 'written' | 'waiting';

export type Controller =
  | { readonly mode: 'absent' }
  | { readonly mode: 'moving'; readonly at: number; readonly stage: Stage }
  | { readonly mode: 'settling'; readonly step: Step | null; readonly stage: Stage }
  | { readonly mode: 'ended'; readonly result: Done['result'] };

/** What no host tells, and by which the invariants judge. */
export interface Truth {
  /** The destination was given the guest, which ran there if it may run: the source's memory is of the past. */
  readonly ranThere: boolean;
  /** The source has run on after the destination had everything: the destination's memory is of the past. */
  readonly ranOnHere: boolean;
  /** A QEMU has ended that nobody told to: what was decided before that may be wrong now. */
  readonly died: boolean;
  /** A call that arrived when nobody was there any more to undo it. */
  readonly tooLate: 'nothing' | 'creation' | 'move';
}

export interface World {
  readonly source: Source;
  readonly destination: Destination;
  readonly controller: Controller;
  readonly abortRequested: boolean;
  /** On disk. */
  readonly journal: readonly NewEntry[];
  /** Results that only the controller's memory has. */
  readonly unwritten: readonly NewEntry[];
  /** Calls that were made, whose makers wait no more, and that have not arrived. */
  readonly late: readonly Call[];
  readonly truth: Truth;
  readonly faultsLeft: number;
}

/** Who makes the world go on. Only what `ferry` or `libvirt` does is judged. */
export type Actor = 'ferry' | 'libvirt' | 'fault' | 'guest';

/** One thing that may happen next. */
export interface Move {
  readonly label: string;
  readonly by: Actor;
  readonly next: World;
}

export function onSource(world: World, change: Partial<Source>): World {
  return { ...world, source: { ...world.source, ...change } };
}

export function onDestination(world: World, change: Partial<Destination>): World {
  return { ...world, destination: { ...world.destination, ...change } };
}
