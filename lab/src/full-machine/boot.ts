import { join } from 'node:path';
import { accelerator } from '../image/accelerator.ts';
import { labDirectory } from '../topology/names.ts';
import type { MachineTopology, Topology } from '../topology/topology.ts';
import { setClock } from './clock.ts';
import { makeDoor } from './door.ts';
import { writeIdentity } from './identity.ts';
import { startFullMachine } from './start.ts';

/** Which full machine, and what it stands on. */
export interface Place {
  readonly lab: string;
  readonly topology: Topology;
  readonly host: string;
  /** Hosts count from 1. */
  readonly number: number;
  readonly wanted: MachineTopology;
  /** Where its kernel and the disk below its own are: see image.ts. */
  readonly base: string;
}

/** Makes a full machine, and resolves once it can be used: with what it runs under. `guestImage` is for its guests. */
export async function bootFullMachine(
  { lab, topology, host, number, wanted, base }: Place,
  guestImage: string,
  signal: AbortSignal,
): Promise<'kvm' | 'qemu'> {
  const directory = labDirectory(lab);
  const hostDirectory = join(directory, 'hosts', host);
  const kind = await accelerator(guestImage);
  await writeIdentity(directory, topology, host, number, { base, guestImage });
  await makeDoor(lab, host, number);
  const parts = { name: host, number, wanted, base, hostDirectory, accelerator: kind };
  await startFullMachine(lab, parts, signal);
  await setClock(lab, host);
  return kind;
}
