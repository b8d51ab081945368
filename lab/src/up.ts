import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeLab } from './down.ts';
import { checkEnvironment, requirePrograms } from './environment.ts';
import { LabError } from './errors.ts';
import { bootFullMachine } from './full-machine/boot.ts';
import { machineImage } from './full-machine/image.ts';
import { guestsDirectory } from './guest/registry.ts';
import { IMAGE_IN_HOST, LOCAL_IN_HOST, SHARED_IN_HOST } from './guest/xml.ts';
import { makeCgroup } from './host/cgroup.ts';
import { configDirectory, writeControllerConfig, writeHostConfig } from './host/config.ts';
import { cpuController } from './host/cpu-controller.ts';
import { makeKeys } from './host/keys.ts';
import { type Bind, startMachine } from './host/machine.ts';
import { rootOf } from './host/roots.ts';
import { serviceNames, startService } from './host/services.ts';
import { guestImage } from './image/image.ts';
import { withLock } from './lock.ts';
import { addNamespace } from './network/namespaces.ts';
import { layWires } from './network/wires.ts';
import { writeJson } from './record/json-file.ts';
import { claim } from './record/owner.ts';
import { settled } from './settled.ts';
import { readStatus, topologyFile } from './status.ts';
import { CONTROLLER, labDirectory, namespaceOf, WIRES } from './topology/names.ts';
import { readTopology, type Topology } from './topology/topology.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const DEFAULT_TOPOLOGY = fileURLToPath(new URL('../topologies/two.yaml', import.meta.url));

export interface UpOptions {
  readonly name: string;
  /** Path of the topology file; two hosts where none is given. */
  readonly topology?: string | undefined;
  /** Stops it; what was made is removed before it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

type Report = (line: string) => void;

/**
 * Makes a lab and starts its hosts. What a half-finished or crashed `up` left is removed first. Throws a LabError, with
 * nothing left behind, if it can't be made.
 */
export async function up({ name, topology: path, signal }: UpOptions, report: Report): Promise<void> {
  await checkEnvironment();
  const topology = await readTopology(path ?? DEFAULT_TOPOLOGY);
  if (Object.values(topology.hosts).some(({ shared }) => shared === 'cluster'))
    await requirePrograms(['bindfs']);
  await withLock(name, async () => {
    const before = await readStatus(name);
    if (before.state === 'up')
      throw new LabError('name', `the lab ${name} is up already; see: ferry lab status`);
    if (before.state === 'broken') {
      report('removes what an earlier attempt left');
      await removeLab(name);
    }
    try {
      await claim(name);
      await make(name, topology, report, signal);
    } catch (error) {
      await removeLab(name);
      throw error;
    }
  });
}

async function make(lab: string, topology: Topology, report: Report, signal?: AbortSignal): Promise<void> {
  const directory = labDirectory(lab);
  const hosts = Object.keys(topology.hosts);
  await mkdir(join(directory, 'shared'), { recursive: true });
  await mkdir(guestsDirectory(lab));
  const image = await guestImage(report, signal);
  const roots = new Map<string, string>();
  // One at a time: two hosts of one release share its root, or its disk.
  for (const [host, { machine, release }] of Object.entries(topology.hosts))
    roots.set(host, await (machine ? machineImage : rootOf)(release, report, signal));

  signal?.throwIfAborted();
  report(`wires ${hosts.length} hosts and the controller`);
  for (const host of [WIRES, CONTROLLER, ...hosts]) await addNamespace(namespaceOf(lab, host));
  await settled([layWires(lab, topology), makeKeys(directory, topology)]);

  signal?.throwIfAborted();
  report('starts the hosts');
  const controller = await cpuController();
  await writeControllerConfig(directory, topology, CHECKOUT);
  // A full machine is waited for a long time, but not once another host has failed.
  const failed = new AbortController();
  const over = AbortSignal.any([failed.signal, ...(signal ? [signal] : [])]);
  const stand = async (host: string, index: number): Promise<void> => {
    const wanted = topology.hosts[host]?.machine;
    if (wanted !== undefined) {
      const place = { lab, topology, host, number: index + 1, wanted, base: roots.get(host) ?? '' };
      const kind = await bootFullMachine(place, image, over);
      report(`${host} is up: a full machine under ${kind === 'kvm' ? 'KVM' : 'TCG'}`);
      return;
    }
    const cpu = controller && (await makeCgroup(controller, namespaceOf(lab, host))) ? controller : null;
    await writeHostConfig(directory, topology, host, index + 1, cpu);
    const shared = topology.hosts[host]?.shared ?? true;
    const parts = {
      lower: roots.get(host) ?? '/',
      config: configDirectory(directory, host),
      binds: await hostBinds(directory, host, shared !== false, image),
      cluster: shared === 'cluster' ? SHARED_IN_HOST : undefined,
      cpu,
    };
    await startMachine(lab, host, parts, join(directory, 'hosts', host));
    await settled(serviceNames.map((service) => startService(lab, host, service)));
    report(cpu ? `${host} is up` : `${host} is up; nothing here can hold its CPUs back`);
  };
  const standing = hosts.map((host, index) =>
    stand(host, index).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  const controllerLogs = join(directory, 'hosts', CONTROLLER);
  const binds: Bind[] = [{ source: CHECKOUT, target: CHECKOUT }];
  const parts = { lower: '/', config: configDirectory(directory, CONTROLLER), binds };
  standing.push(startMachine(lab, CONTROLLER, parts, controllerLogs));
  await settled(standing);
  signal?.throwIfAborted();
  // Its presence says that all that goes before was done.
  await writeJson(topologyFile(lab), topology);
}

/** What a host sees of the machine: the guest image, its own disk directory, and the shared one. */
async function hostBinds(directory: string, host: string, isShared: boolean, image: string): Promise<Bind[]> {
  const images = join(directory, 'hosts', host, 'images');
  await mkdir(images, { recursive: true });
  const binds = [
    { source: image, target: IMAGE_IN_HOST },
    { source: images, target: LOCAL_IN_HOST },
  ];
  if (isShared) binds.push({ source: join(directory, 'shared'), target: SHARED_IN_HOST });
  return binds;
}
