import { DomainState, PausedReason, RunningReason } from '@virt-ferry/libvirt';
import { stateName } from '../inventory/domain.ts';

/** What one host says of a domain. */
export type Sighting =
  | { readonly seen: 'unreachable'; readonly why: string }
  | { readonly seen: 'absent' }
  | {
      readonly seen: 'present';
      /** `virDomainState`, and its reason. */
      readonly state: number;
      readonly reason: number;
      /** A migration that goes on: away from this host, or to it. */
      readonly job: 'none' | 'outgoing' | 'incoming';
      /** It has a definition that outlasts it. */
      readonly persistent: boolean;
    };

/** A sighting in a word, as decisions need it. `off`: no QEMU is there, whether or not a definition is. */
export type Condition =
  | 'unreachable'
  | 'off'
  /** A QEMU that waits for the guest, or whose Finish has not ended. */
  | 'incoming'
  | 'running'
  | 'paused'
  /** Half of a guest that is spread over two hosts. */
  | 'post-copy'
  | 'post-copy-failed';

export function conditionOf(sighting: Sighting): Condition {
  if (sighting.seen === 'unreachable') return 'unreachable';
  if (sighting.seen === 'absent' || sighting.state === DomainState.shutoff) return 'off';
  const { state, reason } = sighting;
  const paused = state === DomainState.paused;
  if (reason === (paused ? PausedReason.postCopy : RunningReason.postCopy)) return 'post-copy';
  if (reason === (paused ? PausedReason.postCopyFailed : RunningReason.postCopyFailed)) {
    return 'post-copy-failed';
  }
  if (sighting.job === 'incoming') return 'incoming';
  return paused ? 'paused' : 'running';
}

/**
 * The same, of the host that a guest leaves. Where its vCPUs run there, it has all of its memory, whatever libvirt calls
 * that: a libvirtd that is started anew after post-copy was asked for, and before the guest was handed over, finds it
 * running and says `running (post copy)`.
 */
export function onSource(sighting: Sighting): Sighting {
  const runs = sighting.seen === 'present' && sighting.state === DomainState.running;
  return runs ? { ...sighting, reason: RunningReason.unknown } : sighting;
}

/** The guest stands still because a migration stopped it, and nobody will start it again by himself. */
export function standsForMigration(sighting: Sighting): boolean {
  return (
    sighting.seen === 'present' &&
    sighting.state === DomainState.paused &&
    sighting.reason === PausedReason.migration
  );
}

export function isMovingAway(sighting: Sighting): boolean {
  return sighting.seen === 'present' && sighting.job === 'outgoing';
}

export function hasDefinition(sighting: Sighting): boolean {
  return sighting.seen === 'present' && sighting.persistent;
}

/** `VIR_DOMAIN_SHUTOFF_*`: why a domain is off (libvirt-domain.h). */
export const ShutoffReason = {
  unknown: 0,
  shutdown: 1,
  destroyed: 2,
  crashed: 3,
  migrated: 4,
  failed: 6,
} as const;

export function shutoffReason(sighting: Sighting): number | null {
  return sighting.seen === 'present' && sighting.state === DomainState.shutoff ? sighting.reason : null;
}

/** For people: what one host says of a domain. */
export function describeSighting(sighting: Sighting): string {
  if (sighting.seen === 'unreachable') return `cannot be reached: ${sighting.why}`;
  if (sighting.seen === 'absent') return 'does not know the domain';
  const jobs = { none: [], outgoing: ['is sending it away'], incoming: ['waits for it to arrive'] } as const;
  const definition = sighting.persistent ? 'has a definition' : 'has no definition';
  return [stateWords(sighting), ...jobs[sighting.job], definition].join(', ');
}

function stateWords({ state, reason }: Extract<Sighting, { seen: 'present' }>): string {
  const why =
    state === DomainState.paused
      ? nameOf(reason, PausedReason)
      : state === DomainState.shutoff
        ? nameOf(reason, ShutoffReason)
        : state === DomainState.running
          ? nameOf(reason, RunningReason)
          : null;
  return why === null ? stateName(state) : `${stateName(state)} (${why})`;
}

function nameOf(reason: number, names: Readonly<Record<string, number>>): string | null {
  const name = Object.keys(names).find((one) => names[one] === reason);
  return name?.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) ?? null;
}
