import type { CallOptions, Connection } from '@virt-ferry/libvirt';
import type { Element } from '@xmldom/xmldom';
import { EngineError } from '../errors.ts';
import type { Host, HostRef, SecurityModel } from '../model.ts';
import { unitBytes } from './units.ts';
import { all, attributeAt, parseXml, textAt } from './xml.ts';

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
  const root = parseCapabilities(capabilities, ref);
  return {
    ref,
    hostname,
    uuid: uuidIn(root, ref),
    arch: textAt(root, 'host/cpu/arch') ?? node.model,
    libvirtVersion: Number(library.version),
    hypervisorVersion: Number(hypervisor.version),
    cpus: node.cpus,
    ...parseTopology(root),
    securityModels: parseSecurityModels(root),
    ...memory,
  };
}

/** Capabilities (formatcaps.html) name each NUMA node with its CPUs; a CPU that is offline has no `siblings`. */
function parseTopology(root: Element): Pick<Host, 'numaCells' | 'pageSizesKiB'> {
  return {
    numaCells: all(root, 'host/topology/cells/cell').map((cell) => ({
      id: Number(attributeAt(cell, '', 'id')),
      cpus: all(cell, 'cpus/cpu')
        .filter((cpu) => attributeAt(cpu, '', 'siblings') !== null)
        .map((cpu) => Number(attributeAt(cpu, '', 'id'))),
    })),
    pageSizesKiB: all(root, 'host/cpu/pages').map(
      (pages) => (Number(attributeAt(pages, '', 'size')) * unitBytes(attributeAt(pages, '', 'unit'))) / KIB,
    ),
  };
}

function parseSecurityModels(root: Element): SecurityModel[] {
  return all(root, 'host/secmodel').flatMap((model) => {
    const name = textAt(model, 'model') ?? 'none';
    return name === 'none' ? [] : [{ name, baseLabel: textAt(model, 'baselabel') }];
  });
}

/** The UUID by which libvirt tells a host apart: the same machine, whatever its address. */
export async function readHostUuid(
  connection: Connection,
  ref: HostRef,
  options?: CallOptions,
): Promise<string> {
  const { capabilities } = await connection.connectGetCapabilities({}, options);
  return uuidIn(parseCapabilities(capabilities, ref), ref);
}

/** What the host says of itself. The larger part of the text, after that, is about the guests it can run. */
function parseCapabilities(text: string, ref: HostRef): Element {
  const [about] = /^[\s\S]*?<\/host>/.exec(text) ?? [];
  const whole = about === undefined ? text : `${about}</capabilities>`;
  return parseXml(whole, `the capabilities of ${ref.name}`);
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
