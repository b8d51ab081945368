import { DomainState, PausedReason, RunningReason } from '@virt-ferry/libvirt';
import { ShutoffReason, type Sighting } from '../sighting.ts';

type Present = Extract<Sighting, { seen: 'present' }>;

const present: Present = {
  seen: 'present',
  state: DomainState.running,
  reason: RunningReason.booted,
  job: 'none',
  persistent: true,
};
const paused = (reason: number, rest: Partial<Present> = {}): Sighting => ({
  ...present,
  state: DomainState.paused,
  reason,
  ...rest,
});

export const away: Sighting = { seen: 'unreachable', why: 'connection refused' };
export const unknown: Sighting = { seen: 'absent' };
export const running: Sighting = present;
export const sending: Sighting = { ...present, job: 'outgoing' };
/** Paused by the migration. */
export const stands: Sighting = paused(PausedReason.migration);
export const pausedByUser: Sighting = paused(PausedReason.user);
/** A QEMU waits for the guest, or its Finish goes on. */
export const waits: Sighting = paused(PausedReason.migration, { job: 'incoming', persistent: false });

/** Off, and defined. */
export function off(why: keyof typeof ShutoffReason = 'unknown'): Sighting {
  return { ...present, state: DomainState.shutoff, reason: ShutoffReason[why] };
}

/** The source's half of a guest, its job still there. */
export const sourceHalf = {
  fetching: paused(PausedReason.postCopy, { job: 'outgoing' }),
  broken: paused(PausedReason.postCopyFailed, { job: 'outgoing' }),
  /** Never handed over, and its libvirtd is new. */
  whole: { ...present, reason: RunningReason.postCopy },
} as const;

export const destinationHalf: Readonly<Record<'fetching' | 'broken', Sighting>> = {
  fetching: { ...present, reason: RunningReason.postCopy, job: 'incoming' },
  broken: { ...present, reason: RunningReason.postCopyFailed, job: 'incoming' },
};
