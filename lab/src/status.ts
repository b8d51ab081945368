import { join } from 'node:path';
import { door } from './full-machine/door.ts';
import { servicesInside } from './full-machine/services.ts';
import { connectHost } from './guest/connect.ts';
import { listGuests } from './guest/registry.ts';
import type { Guest } from './guest/spec.ts';
import { cgroupOf } from './host/cgroup.ts';
import { machinePid } from './host/processes.ts';
import { type Service, serviceNames, servicePids } from './host/services.ts';
import { listNamespaces } from './network/namespaces.ts';
import { readJson } from './record/json-file.ts';
import { isOwned } from './record/owner.ts';
import { addresses, CONTROLLER, labDirectory, namespaceOf } from './topology/names.ts';
import { type Topology, topologySchema } from './topology/topology.ts';

export interface HostStatus {
  readonly name: string;
  /** Namespaces on this kernel, or a machine with one of its own. */
  readonly kind: 'namespaces' | 'full machine';
  readonly address: string;
  readonly pid: number | null;
  readonly services: readonly Service[];
  /** The version of the cgroups in which libvirt can hold back a guest's vCPUs there (`vcpu_quota`); `null` if it can't. */
  readonly cpuCgroup: 1 | 2 | null;
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

/** What is there of a lab. Throws a LabError if a lab of that name was made with another state directory. */
export async function readStatus(name: string): Promise<LabStatus> {
  const begun = await isOwned(name);
  const namespaces = await listNamespaces(name);
  const topology = await finishedTopology(name);
  if (topology === null)
    return { name, state: begun || namespaces.length > 0 ? 'broken' : 'absent', hosts: [], guests: [] };
  const hosts = await Promise.all(
    Object.keys(topology.hosts).map((host, index) => hostStatus(name, host, index + 1)),
  );
  const controller = await pidOf(name, CONTROLLER);
  const state = controller !== null && hosts.every(({ pid }) => pid !== null) ? 'up' : 'broken';
  return { name, state, hosts, guests: await listGuests(name) };
}

/** The names of a lab's hosts. */
export async function hostNames(name: string): Promise<string[]> {
  return Object.keys((await finishedTopology(name))?.hosts ?? {});
}

/** Written last by `up`. */
export const topologyFile = (lab: string) => join(labDirectory(lab), 'topology.json');

/** `null` where `up` did not end; what can't be read counts as that too, so that `up` can make the lab anew. */
export async function finishedTopology(lab: string): Promise<Topology | null> {
  return readJson(topologyFile(lab), topologySchema).catch(() => null);
}

async function pidOf(lab: string, host: string): Promise<number | null> {
  return machinePid(namespaceOf(lab, host));
}

const silent = { libvirtVersion: null, qemuVersion: null } as const;

async function hostStatus(lab: string, name: string, number: number): Promise<HostStatus> {
  const address = addresses.management(number);
  const pid = await pidOf(lab, name);
  const isFullMachine = (await door(lab, name)) !== null;
  const host = { name, kind: isFullMachine ? 'full machine' : 'namespaces', address, pid } as const;
  if (pid === null) return { ...host, services: [], cpuCgroup: null, ...silent };
  if (isFullMachine) {
    const services = await servicesInside(lab, name);
    // One that doesn't answer ssh isn't asked again.
    const seen = services.includes('sshd') ? await versions(lab, name) : silent;
    return { ...host, services, cpuCgroup: 2, ...seen };
  }
  const running = await Promise.all(
    serviceNames.map(async (service) =>
      (await servicePids(lab, name, service)).length > 0 ? [service] : [],
    ),
  );
  const cpuCgroup = (await cgroupOf(lab, name))?.version ?? null;
  return { ...host, services: running.flat(), cpuCgroup, ...(await versions(lab, name)) };
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
    return silent;
  }
}
