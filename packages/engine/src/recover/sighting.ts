import { DomainState, PausedReason, RunningReason } from '@virt-ferry/libvirt';

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
