import type { HostRef, MoveRequest } from '../model.ts';

function hostRef(name: string): HostRef {
  return { name, uri: `qemu+tcp://${name}/system` };
}

/** A plain move of web-3 from alpha to beta, but for what is said. */
export function moveRequest(wishes: Partial<MoveRequest> = {}): MoveRequest {
  return {
    domain: 'web-3',
    source: hostRef('alpha'),
    destination: hostRef('beta'),
    maxDowntimeMs: null,
    bandwidthBytesPerS: null,
    deadlineMs: null,
    sourceDefinition: 'remove',
    destinationDefinition: 'persistent',
    probe: { kind: 'none' },
    drive: 'direct',
    method: 'pre-copy',
    commit: 'strict',
    copyStorage: 'none',
    ...wishes,
  };
}
