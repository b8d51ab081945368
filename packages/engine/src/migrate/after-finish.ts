import { DomainState, isRemote } from '@virt-ferry/libvirt';

/** The destination's domain, as seen after Finish was sent and no good answer came. */
export type Sighting =
  | { readonly seen: 'unreachable' }
  | { readonly seen: 'absent' }
  | { readonly seen: 'present'; readonly state: number; readonly reason: number };

export interface AfterFinish {
  readonly owner: 'destination' | 'source' | 'unknown';
  readonly reason: string;
}

/** `VIR_DOMAIN_SHUTOFF_FAILED`: the domain failed to start. */
const SHUTOFF_FAILED = 6;

/**
 * Who owns the guest when Finish(cancelled=0) was sent and did not come back well? The destination does, until it is
 * proven that the guest never ran there. A lost reply is no such proof, and libvirt's own client, which then resumes
 * the source, can end with two running guests. An error that libvirt itself sent is proof enough together with a
 * domain that is gone or "shut off (failed)": Finish starts the guest as its last act and kills it on any error
 * before (qemu_migration.c, qemuMigrationDstFinishActive).
 */
export function decideAfterFinish(failure: unknown, sighting: Sighting): AfterFinish {
  if (sighting.seen === 'unreachable') {
    return { owner: 'unknown', reason: 'the destination cannot be reached, and the guest may run there' };
  }
  if (sighting.seen === 'present' && sighting.state === DomainState.running) {
    return { owner: 'destination', reason: 'the guest runs on the destination' };
  }
  const gone =
    sighting.seen === 'absent' ||
    (sighting.state === DomainState.shutoff && sighting.reason === SHUTOFF_FAILED);
  if (gone && isRemote(failure)) {
    return { owner: 'source', reason: 'the destination failed before it started the guest' };
  }
  if (sighting.seen === 'absent') {
    return {
      owner: 'unknown',
      reason: 'the destination has no such domain, and whether the guest ran there is not known',
    };
  }
  return {
    owner: 'unknown',
    reason: `the destination's domain is in state ${sighting.state}, reason ${sighting.reason}`,
  };
}
