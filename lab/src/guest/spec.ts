import { z } from 'zod';
import { LabError } from '../errors.ts';

/** What the guest's kernel takes of its memory: itself, the initial file system, and what grows with it. Tried. */
const systemMiB = (memoryMiB: number) => 96 + Math.ceil(memoryMiB / 16);

/** What a guest does to its memory. `sparse` changes 8 bytes of each page, `full` all of it. */
export type Pattern = 'sparse' | 'full';

/** Where it writes: `sweep` all pages round and round, `hot-cold` nine times in ten to one page in ten. */
export type Access = 'sweep' | 'hot-cold';

/** MB/s; `max`: as fast as it can, without ever sleeping. */
export type LoadRate = number | 'max';

/** A path, as hosts see it. */
export type DiskPath = `/${string}`;

export function isDiskPath(text: string): text is DiskPath {
  return text.startsWith('/');
}

/** A guest to be made. */
export interface GuestSpec {
  readonly name: string;
  readonly host: string;
  readonly memoryMiB: number;
  /** How much of its memory it rewrites, and how fast. */
  readonly loadMemoryMiB: number;
  readonly memoryRateMBps: LoadRate;
  readonly pattern: Pattern;
  readonly access: Access;
  /** The shared directory, the host's own, none; or a file to be made in a directory that the host has. */
  readonly disk: 'shared' | 'local' | 'none' | DiskPath;
  readonly diskFormat: 'qcow2' | 'raw';
  readonly diskMiB: number;
  /** How fast it rewrites its disk. */
  readonly diskRateMBps: LoadRate;
  readonly machine: string;
  /** libvirt's name of its CPU model. */
  readonly cpu: string;
}

/** What is not said about a new guest; its machine type depends on the host: see {@link machineFor}. */
export const guestDefaults: Omit<GuestSpec, 'name' | 'host' | 'machine'> = {
  memoryMiB: 512,
  loadMemoryMiB: 64,
  memoryRateMBps: 10,
  pattern: 'sparse',
  access: 'sweep',
  disk: 'shared',
  diskFormat: 'qcow2',
  diskMiB: 64,
  diskRateMBps: 2,
  // TCG has all of it, and so have all hosts.
  cpu: 'Nehalem',
};

/**
 * The newest machine type that a host knows and that newer ones still know: 7.2 is Debian 12's, 5.2 Debian 11's.
 * QEMU's version counts as libvirt's does: 7_002_022 is 7.2.22.
 */
export function machineFor(qemuVersion: number, isInFullMachine: boolean = false): string {
  const version = qemuVersion >= 7_002_000 ? '7.2' : '5.2';
  // Without ACPI (xml.ts) what is behind a PCI Express port stays powered off; the older chipset has none, and less to set up.
  return `pc-${isInFullMachine ? 'i440fx' : 'q35'}-${version}`;
}

/** Throws a LabError if there can't be such a guest. */
export function checkSpec({ name, memoryMiB, loadMemoryMiB }: GuestSpec): void {
  // It becomes part of names and commands elsewhere, so it is kept plain.
  if (!/^[a-z][a-z0-9-]{0,29}$/.test(name)) {
    throw new LabError('name', `bad guest name ${name}: expected a-z, 0-9 and -, at most 30, a letter first`);
  }
  const mostMiB = memoryMiB - systemMiB(memoryMiB);
  if (loadMemoryMiB > mostMiB) {
    const most = `at most ${mostMiB} MiB of ${memoryMiB} can be rewritten`;
    throw new LabError('name', `${name} cannot rewrite ${loadMemoryMiB} MiB of memory: ${most}`);
  }
}

/** A guest that was made. */
export interface Guest extends GuestSpec {
  readonly index: number;
  readonly uuid: string;
  readonly address: string;
  /** Where its disk is, as each host sees it; `null` without one. */
  readonly diskPath: string | null;
}

const loadRate = z.union([z.number(), z.literal('max')]);

export const guestSchema: z.ZodType<Guest> = z.object({
  name: z.string(),
  host: z.string(),
  memoryMiB: z.number(),
  loadMemoryMiB: z.number(),
  memoryRateMBps: loadRate,
  pattern: z.enum(['sparse', 'full']),
  access: z.enum(['sweep', 'hot-cold']).default('sweep'),
  disk: z.union([z.enum(['shared', 'local', 'none']), z.templateLiteral(['/', z.string()])]),
  diskFormat: z.enum(['qcow2', 'raw']),
  diskMiB: z.number(),
  diskRateMBps: loadRate,
  machine: z.string(),
  cpu: z.string(),
  index: z.number(),
  uuid: z.string(),
  address: z.string(),
  diskPath: z.string().nullable(),
});
