import type { Connection } from '@virt-ferry/libvirt';
import { EngineError } from '../errors.ts';
import type { Host, HostRef } from '../model.ts';
import { parseXml, textAt } from './xml.ts';

const KIB = 1024;

/** Reads what a host says of itself. */
export async function readHostFrom(connection: Connection, ref: HostRef): Promise<Host> {
  const [{ hostname }, { capabilities }, library, hypervisor, node, availableMemoryBytes] = await Promise.all(
    [
      connection.connectGetHostname({}),
      connection.connectGetCapabilities({}),
      connection.connectGetLibVersion({}),
      connection.connectGetVersion({}),
      connection.nodeGetInfo({}),
      readAvailableMemory(connection),
    ],
  );
  const root = parseXml(capabilities, `the capabilities of ${ref.name}`);
  const uuid = textAt(root, 'host/uuid');
  if (uuid === null) throw new EngineError('xml', `the capabilities of ${ref.name} name no host UUID`);
  return {
    ref,
    hostname,
    uuid,
    arch: textAt(root, 'host/cpu/arch') ?? node.model,
    libvirtVersion: Number(library.version),
    hypervisorVersion: Number(hypervisor.version),
    cpus: node.cpus,
    memoryBytes: Number(node.memoryKiB) * KIB,
    availableMemoryBytes,
  };
}

/** Free memory plus what only caches use: NodeGetFreeMemory alone would call a busy page cache "full". */
async function readAvailableMemory(connection: Connection): Promise<number> {
  const ALL_CELLS = -1;
  const { nparams } = await connection.nodeGetMemoryStats({ nparams: 0, cell: ALL_CELLS, flags: 0 });
  const { params } = await connection.nodeGetMemoryStats({ nparams, cell: ALL_CELLS, flags: 0 });
  const kib = new Map(params.map(({ field, value }) => [field, Number(value)]));
  return ((kib.get('free') ?? 0) + (kib.get('buffers') ?? 0) + (kib.get('cached') ?? 0)) * KIB;
}
