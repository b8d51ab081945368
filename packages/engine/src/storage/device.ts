import { basename, dirname } from 'node:path';
import { isRemote, NodeDeviceFlag } from '@virt-ferry/libvirt';
import type { Element } from '@xmldom/xmldom';
import { all, parseXml, textAt } from '../inventory/xml.ts';
import type { Side } from '../preflight/check.ts';
import { fileAt } from './directory.ts';

/** A block device. `identity`: what no other device in the world has, where that is known. */
export interface Device {
  readonly kind: 'device';
  readonly sizeBytes: number;
  readonly identity: string | null;
}

export type DeviceSight =
  | Device
  | { readonly kind: 'missing'; readonly evidence: string }
  | { readonly kind: 'unseen'; readonly evidence: string };

/** Names by which udev means one device of the world (60-persistent-storage.rules, multipath-tools' 60-multipath.rules). */
const UNIQUE = /^\/dev\/disk\/by-id\/(wwn-0x|nvme-eui\.|nvme-uuid\.|scsi-3|dm-uuid-mpath-|ata-|virtio-)/;

/** The block devices that libvirt's node devices know on a host, by each of their names. */
export type NodeDevices = ReadonlyMap<string, Device>;

/** Empty where a host has no driver for node devices. */
export async function readNodeDevices({ connection, host }: Side): Promise<NodeDevices> {
  try {
    const flags = NodeDeviceFlag.storage;
    const { devices } = await connection.connectListAllNodeDevices({ needResults: true, flags });
    const described = await Promise.all(
      devices.map(({ name }) => connection.nodeDeviceGetXmlDesc({ name, flags: 0 })),
    );
    const roots = described.map(({ xml }) => parseXml(xml, `a device of ${host.ref.name}`));
    return new Map(
      roots.flatMap((root) => namesOf(root).map((name) => [name, parseNodeDevice(root)] as const)),
    );
  } catch (error) {
    // Or one of them went away meanwhile.
    if (isRemote(error)) return new Map();
    throw error;
  }
}

/**
 * What a host says of a block device. libvirt's node devices know serial numbers and names, but not volumes of device
 * mapper; those are seen in their directory, by name and size.
 */
export async function deviceAt(path: string, side: Side, known: NodeDevices): Promise<DeviceSight> {
  const device = known.get(path);
  if (device) return device;
  const directory = dirname(path);
  const sight = await fileAt(side, path);
  if (sight.kind === 'no-directory') return { kind: 'missing', evidence: sight.evidence };
  if (sight.kind === 'unseen') return sight;
  if (sight.value === null) return { kind: 'missing', evidence: `${directory} is there, ${path} is not` };
  return {
    kind: 'device',
    sizeBytes: sight.value.capacityBytes,
    identity: UNIQUE.test(path) ? basename(path) : null,
  };
}

function namesOf(root: Element): string[] {
  const links = all(root, 'devnode').map((node) => node.textContent?.trim() ?? null);
  return [textAt(root, 'capability/block'), ...links].filter((name) => name !== null);
}

/** formatnode.html: `<capability type='storage'>`, and `<devnode type='link'>` for each name of udev's. */
export function parseNodeDevice(root: Element): Device {
  const unique = namesOf(root)
    .filter((name) => UNIQUE.test(name))
    .sort()[0];
  const serial = textAt(root, 'capability/serial');
  const maker = ['vendor', 'model'].map((name) => textAt(root, `capability/${name}`) ?? '').join(' ');
  return {
    kind: 'device',
    sizeBytes: Number(textAt(root, 'capability/size') ?? 0),
    identity: serial ? `${maker.trim()} ${serial}`.trim() : unique ? basename(unique) : null,
  };
}
