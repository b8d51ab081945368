import {
  type CallOptions,
  type Connection,
  type DomainRef,
  DomainState,
  ErrorNumber,
  isRemote,
  XmlFlag,
} from '@virt-ferry/libvirt';
import type { Element } from '@xmldom/xmldom';
import { EngineError } from '../errors.ts';
import type { Domain, DomainStateName } from '../model.ts';
import { readDevices } from './devices.ts';
import { parseDisks } from './disks.ts';
import { parseNic } from './nic.ts';
import { parseRequirements } from './requirements.ts';
import { unitBytes } from './units.ts';
import { all, attributeAt, first, parseXml, serialize, textAt } from './xml.ts';

const stateNames: Readonly<Record<number, DomainStateName>> = {
  [DomainState.noState]: 'no state',
  [DomainState.running]: 'running',
  [DomainState.blocked]: 'blocked',
  [DomainState.paused]: 'paused',
  [DomainState.shutdown]: 'shutting down',
  [DomainState.shutoff]: 'shut off',
  [DomainState.crashed]: 'crashed',
  [DomainState.pmSuspended]: 'suspended',
};

export function stateName(state: number): DomainStateName {
  return stateNames[state] ?? 'no state';
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** Looks a domain up by name or UUID; `null` if that host has none. */
export async function lookUp(
  connection: Connection,
  nameOrUuid: string,
  options?: CallOptions,
): Promise<DomainRef | null> {
  const byName = () => connection.domainLookupByName({ name: nameOrUuid }, options);
  const byUuid = () => connection.domainLookupByUuid({ uuid: nameOrUuid }, options);
  for (const find of UUID.test(nameOrUuid) ? [byUuid, byName] : [byName]) {
    try {
      return (await find()).dom;
    } catch (error) {
      if (!isRemote(error, ErrorNumber.noDomain)) throw error;
    }
  }
  return null;
}

/** Reads a domain from its host: the live description where it runs. */
export async function readDomain(connection: Connection, dom: DomainRef): Promise<Domain> {
  const [xml, { xml: live }, { state }, { persistent }] = await Promise.all([
    xmlOf(connection, dom),
    connection.domainGetXmlDesc({ dom, flags: 0 }),
    connection.domainGetState({ dom, flags: 0 }),
    connection.domainIsPersistent({ dom }),
  ]);
  return { ...parseDomain(xml, live), state: stateName(state), persistent };
}

/**
 * The description that a move would send. libvirt gives it only to those who may write (libvirt-domain.c,
 * virDomainGetXMLDesc); others get a plain one, so that a check can say that they may not move it.
 */
async function xmlOf(connection: Connection, dom: DomainRef): Promise<string> {
  try {
    return (await connection.domainGetXmlDesc({ dom, flags: XmlFlag.migratable })).xml;
  } catch (error) {
    if (!isRemote(error, ErrorNumber.operationDenied, ErrorNumber.accessDenied)) throw error;
    return (await connection.domainGetXmlDesc({ dom, flags: 0 })).xml;
  }
}

/** What a domain's XML says, as a move sends it and as it is live. Elements that matter to no decision are left alone. */
export function parseDomain(xml: string, live = xml): Omit<Domain, 'state' | 'persistent'> {
  const root = parseXml(xml, 'the domain XML');
  const name = textAt(root, 'name');
  const uuid = textAt(root, 'uuid');
  if (name === null || uuid === null) throw new EngineError('xml', 'the domain XML lacks a name or a UUID');
  const cpu = first(root, 'cpu');
  return {
    name,
    uuid,
    memoryBytes: memoryBytes(first(root, 'memory')),
    vcpus: Number(textAt(root, 'vcpu') ?? 1),
    arch: attributeAt(root, 'os/type', 'arch') ?? '',
    machine: attributeAt(root, 'os/type', 'machine') ?? '',
    virtType: attributeAt(root, '', 'type') ?? '',
    emulator: textAt(root, 'devices/emulator'),
    cpuXml: cpu === null ? null : serialize(cpu),
    devices: readDevices(root),
    disks: parseDisks(parseXml(live, 'the domain XML'), root),
    requires: parseRequirements(root),
    nics: all(root, 'devices/interface').map(parseNic),
  };
}

function memoryBytes(element: Element | null): number {
  if (element === null) return 0;
  return Number(element.textContent) * unitBytes(element.getAttribute('unit'));
}
