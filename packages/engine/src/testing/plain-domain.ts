import type { Domain } from '../model.ts';
import { noRequirements } from './requirements.ts';

/** A guest that runs, and has and asks for nothing special. */
export const plainDomain: Domain = {
  name: 'web-3',
  uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f',
  state: 'running',
  persistent: true,
  memoryBytes: 2 ** 29,
  vcpus: 1,
  arch: 'x86_64',
  machine: 'pc-q35-7.2',
  virtType: 'kvm',
  emulator: null,
  cpuXml: null,
  disks: [],
  devices: [],
  nics: [],
  requires: noRequirements,
};
