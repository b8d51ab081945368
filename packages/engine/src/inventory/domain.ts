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
import type { Disk, DiskSource, Domain, DomainStateName } from '../model.ts';
import { parseNic } from './nic.ts';
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
  const [xml, { state }, { persistent }] = await Promise.all([
    xmlOf(connection, dom),
    connection.domainGetState({ dom, flags: 0 }),
    connection.domainIsPersistent({ dom }),
  ]);
  return { ...parseDomain(xml), state: stateName(state), persistent };
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

/** What a domain's XML says. Elements that matter to no decision are left alone. */
export function parseDomain(xml: string): Omit<Domain, 'state' | 'persistent'> {
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
    disks: all(root, 'devices/disk').map(parseDisk),
    nics: all(root, 'devices/interface').map(parseNic),
    locksMemory: first(root, 'memoryBacking/locked') !== null,
  };
}

/** libvirt's memory units (formatdomain, `<memory unit=…>`): KiB where none is given. */
const units: Readonly<Record<string, number>> = {
  b: 1,
  bytes: 1,
  KB: 1e3,
  k: 1024,
  KiB: 1024,
  MB: 1e6,
  M: 1024 ** 2,
  MiB: 1024 ** 2,
  GB: 1e9,
  G: 1024 ** 3,
  GiB: 1024 ** 3,
  TB: 1e12,
  T: 1024 ** 4,
  TiB: 1024 ** 4,
};

function memoryBytes(element: Element | null): number {
  if (element === null) return 0;
  return Number(element.textContent) * (units[element.getAttribute('unit') ?? 'KiB'] ?? units.KiB ?? 1024);
}

function parseDisk(disk: Element): Disk {
  const device = attributeAt(disk, '', 'device');
  return {
    target: attributeAt(disk, 'target', 'dev') ?? '',
    device: device === 'cdrom' || device === 'floppy' || device === 'lun' ? device : 'disk',
    source: parseDiskSource(disk),
    format: attributeAt(disk, 'driver', 'type'),
    cache: attributeAt(disk, 'driver', 'cache'),
    readOnly: first(disk, 'readonly') !== null,
    shareable: first(disk, 'shareable') !== null,
  };
}

function parseDiskSource(disk: Element): DiskSource {
  const source = first(disk, 'source');
  if (source === null) return { kind: 'empty' };
  const type = attributeAt(disk, '', 'type') ?? '';
  const of = (name: string) => attributeAt(source, '', name);
  const file = of('file');
  const dev = of('dev');
  if (type === 'file') return file === null ? { kind: 'empty' } : { kind: 'file', path: file };
  if (type === 'block') return dev === null ? { kind: 'empty' } : { kind: 'block', path: dev };
  if (type === 'network') return { kind: 'network', protocol: of('protocol') ?? '', name: of('name') ?? '' };
  if (type === 'volume') return { kind: 'volume', pool: of('pool') ?? '', volume: of('volume') ?? '' };
  return { kind: 'other', type };
}
