/** What a guest does to its memory. `sparse` changes 8 bytes of each page, `full` all of it. */
export type Pattern = 'sparse' | 'full';

/** A guest to be made. */
export interface GuestSpec {
  readonly name: string;
  readonly host: string;
  readonly memoryMiB: number;
  /** How much of its memory it rewrites, and how fast. */
  readonly loadMemoryMiB: number;
  readonly memoryRateMBps: number;
  readonly pattern: Pattern;
  readonly disk: 'shared' | 'local' | 'none';
  readonly diskFormat: 'qcow2' | 'raw';
  readonly diskMiB: number;
  /** How fast it rewrites its disk. */
  readonly diskRateMBps: number;
  readonly machine: string;
  /** libvirt's name of its CPU model. */
  readonly cpu: string;
}

export const guestDefaults: Omit<GuestSpec, 'name' | 'host'> = {
  memoryMiB: 512,
  loadMemoryMiB: 64,
  memoryRateMBps: 10,
  pattern: 'sparse',
  disk: 'shared',
  diskFormat: 'qcow2',
  diskMiB: 64,
  diskRateMBps: 2,
  // Known to QEMU 7.2 and everything newer.
  machine: 'pc-q35-7.2',
  // TCG has all of it, and so have all hosts.
  cpu: 'Nehalem',
};

/** A guest that was made. */
export interface Guest extends GuestSpec {
  readonly index: number;
  readonly uuid: string;
  readonly address: string;
  /** Where its disk is, as each host sees it; `null` without one. */
  readonly diskPath: string | null;
}
