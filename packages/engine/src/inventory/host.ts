import type { CallOptions, Connection } from '@virt-ferry/libvirt';
import type { Element } from '@xmldom/xmldom';
import { EngineError } from '../errors.ts';
import type { Host, HostRef } from '../model.ts';
import { parseXml, textAt } from './xml.ts';

const KIB = 1024;

/** Reads what a host says of itself. */
export async function readHostFrom(connection: Connection, ref: HostRef): Promise<Host> {
  const [{ hostname }, { capabilities }, library, hypervisor, node, memory] = await Promise.all([
    connection.connectGetHostname({}),
    connection.connectGetCapabilities({}),
    connection.connectGetLibVersion({}),
    connection.connectGetVersion({}),
    connection.nodeGetInfo({}),
    readMemory(connection),
  ]);
  const root = parseXml(capabilities, `the capabilities of ${ref.name}`);
  return {
    ref,
    hostname,
    uuid: uuidIn(root, ref),
    arch: textAt(root, 'host/cpu/arch') ?? node.model,
    libvirtVersion: Number(library.version),
    hypervisorVersion: Number(hypervisor.version),
    cpus: node.cpus,
    ...memory,
  };
}

/** The UUID by which libvirt tells a host apart: the same machine, whatever its address. */
export async function readHostUuid(
  connection: Connection,
  ref: HostRef,
  options?: CallOptions,
): Promise<string> {
  const { capabilities } = await connection.connectGetCapabilities({}, options);
  return uuidIn(parseXml(capabilities, `the capabilities of ${ref.name}`), ref);
}

function uuidIn(root: Element, ref: HostRef): string {
  const uuid = textAt(root, 'host/uuid');
  if (uuid === null) throw new EngineError('xml', `the capabilities of ${ref.name} name no host UUID`);
  return uuid;
}

/**
 * The host's memory: all of it, and what is free or used only by caches. NodeGetFreeMemory counts no caches and would
 * call a host with a busy page cache full; NodeGetInfo's total leaves out what was plugged in later.
 */
async function readMemory(
  connection: Connection,
): Promise<Pick<Host, 'memoryBytes' | 'availableMemoryBytes'>> {
  const ALL_CELLS = -1;
  const { nparams } = await connection.nodeGetMemoryStats({ nparams: 0, cell: ALL_CELLS, flags: 0 });
  const { params } = await connection.nodeGetMemoryStats({ nparams, cell: ALL_CELLS, flags: 0 });
  const bytes = new Map(params.map(({ field, value }) => [field, Number(value) * KIB]));
  const of = (field: string) => bytes.get(field) ?? 0;
  return { memoryBytes: of('total'), availableMemoryBytes: of('free') + of('buffers') + of('cached') };
}
