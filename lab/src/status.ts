import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectHost } from './guest/guest.ts';
import { listGuests } from './guest/registry.ts';
import type { Guest } from './guest/spec.ts';
import { type Service, serviceNames, servicePids } from './host/services.ts';
import { listNamespaces, machinePid } from './network/namespaces.ts';
import { addresses, labDirectory, namespaceOf } from './topology/names.ts';
import type { Topology } from './topology/topology.ts';

export interface HostStatus {
  readonly name: string;
  readonly address: string;
  readonly pid: number | null;
  readonly services: readonly Service[];
  /** As libvirt counts, 9_000_000 is 9.0.0; `null` where it doesn't answer. */
  readonly libvirtVersion: number | null;
  readonly qemuVersion: number | null;
}

/** `broken`: something of it is there, but not all. */
export interface LabStatus {
  readonly name: string;
  readonly state: 'up' | 'broken' | 'absent';
  readonly hosts: readonly HostStatus[];
  readonly guests: readonly Guest[];
}

/** What is there of a lab. */
export async function readStatus(name: string): Promise<LabStatus> {
  const topology = await finishedTopology(name);
  const namespaces = await listNamespaces(name);
  if (topology === null)
    return { name, state: namespaces.length > 0 ? 'broken' : 'absent', hosts: [], guests: [] };
  const hosts = await Promise.all(
    Object.keys(topology.hosts).map((host, index) => hostStatus(name, host, index + 1)),
  );
  const state = hosts.every(({ pid }) => pid !== null) ? 'up' : 'broken';
  return { name, state, hosts, guests: await listGuests(name) };
}

/** The names of a lab's hosts. */
export async function hostNames(name: string): Promise<string[]> {
  return Object.keys((await finishedTopology(name))?.hosts ?? {});
}

/** Written last by `up`. */
async function finishedTopology(name: string): Promise<Topology | null> {
  const text = await readFile(join(labDirectory(name), 'topology.json'), 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
}

async function hostStatus(lab: string, name: string, number: number): Promise<HostStatus> {
  const address = addresses.management(number);
  const pid = await machinePid(namespaceOf(lab, name)).catch(() => null);
  if (pid === null) return { name, address, pid, services: [], libvirtVersion: null, qemuVersion: null };
  const running = await Promise.all(
    serviceNames.map(async (service) =>
      (await servicePids(lab, name, service)).length > 0 ? [service] : [],
    ),
  );
  return { name, address, pid, services: running.flat(), ...(await versions(lab, name)) };
}

async function versions(
  lab: string,
  host: string,
): Promise<Pick<HostStatus, 'libvirtVersion' | 'qemuVersion'>> {
  try {
    const connection = await connectHost(lab, host);
    try {
      const [library, qemu] = await Promise.all([
        connection.connectGetLibVersion({}),
        connection.connectGetVersion({}),
      ]);
      return { libvirtVersion: Number(library.version), qemuVersion: Number(qemu.version) };
    } finally {
      await connection.close();
    }
  } catch {
    return { libvirtVersion: null, qemuVersion: null };
  }
}
