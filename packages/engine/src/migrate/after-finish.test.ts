import { DomainState, LibvirtError, RemoteError } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { decideAfterFinish, type Sighting } from './after-finish.ts';

const said = new RemoteError({ number: 9, domain: 10, level: 2, message: 'operation failed', details: [] });
const lost = new LibvirtError('disconnected', 'the connection ended');
const running: Sighting = { seen: 'present', state: DomainState.running, reason: 2 };
const failed: Sighting = { seen: 'present', state: DomainState.shutoff, reason: 6 };
const poweredOff: Sighting = { seen: 'present', state: DomainState.shutoff, reason: 1 };
const paused: Sighting = { seen: 'present', state: DomainState.paused, reason: 2 };

test.each([
  { failure: said, sighting: running, owner: 'destination' },
  { failure: lost, sighting: running, owner: 'destination' },
  { failure: said, sighting: { seen: 'absent' }, owner: 'source' },
  { failure: said, sighting: failed, owner: 'source' },
  // Without libvirt's own word, an absent guest may have run and ended.
  { failure: lost, sighting: { seen: 'absent' }, owner: 'unknown' },
  { failure: lost, sighting: failed, owner: 'unknown' },
  { failure: said, sighting: poweredOff, owner: 'unknown' },
  { failure: said, sighting: paused, owner: 'unknown' },
  { failure: said, sighting: { seen: 'unreachable' }, owner: 'unknown' },
  { failure: lost, sighting: { seen: 'unreachable' }, owner: 'unknown' },
] as const)(
  'Finish failed with $failure.code and the destination is $sighting: $owner',
  ({ failure, sighting, owner }) => {
    expect(decideAfterFinish(failure, sighting).owner).toBe(owner);
  },
);
