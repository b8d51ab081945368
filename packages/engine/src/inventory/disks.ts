import type { Element } from '@xmldom/xmldom';
import type { Disk, DiskSource, SecretName, StartupPolicy } from '../model.ts';
import { all, attributeAt, first } from './xml.ts';

/**
 * A domain's disks (formatdomain.html, `<disk>`). `root` is the live description, in which libvirt says what a running
 * QEMU has open, the whole chain; `sent` is the one that a move sends, in which only what the user wrote stands.
 */
export function parseDisks(root: Element, sent: Element): Disk[] {
  const sentDisks = new Map(all(sent, 'devices/disk').map((disk) => [targetOf(disk), disk]));
  return all(root, 'devices/disk').map((disk) => parseDisk(disk, sentDisks.get(targetOf(disk)) ?? disk));
}

function parseDisk(disk: Element, sent: Element): Disk {
  const device = attributeAt(disk, '', 'device');
  return {
    target: targetOf(disk),
    device: device === 'cdrom' || device === 'floppy' || device === 'lun' ? device : 'disk',
    bus: attributeAt(disk, 'target', 'bus'),
    source: parseSource(disk),
    format: attributeAt(disk, 'driver', 'type'),
    cache: attributeAt(disk, 'driver', 'cache'),
    readOnly: first(disk, 'readonly') !== null,
    shareable: first(disk, 'shareable') !== null,
    backing: [...dataOf(disk), ...backingOf(disk)],
    backingSent: dataOf(sent).length + backingOf(sent).length > 0,
    startupPolicy: parsePolicy(attributeAt(disk, 'source', 'startupPolicy')),
    secrets: secretsOf(disk),
  };
}

function targetOf(disk: Element): string {
  return attributeAt(disk, 'target', 'dev') ?? '';
}

function parsePolicy(policy: string | null): StartupPolicy {
  return policy === 'requisite' || policy === 'optional' ? policy : 'mandatory';
}

/** What an image builds on, the nearest first: each `<backingStore>` is within the one before; an empty one ends it. */
function backingOf(disk: Element): DiskSource[] {
  const backing = first(disk, 'backingStore');
  if (backing === null || first(backing, 'source') === null) return [];
  return [parseSource(backing), ...backingOf(backing)];
}

/** The file of its own in which an image may keep its data (libvirt 10.10); the copy of a disk has none. */
function dataOf(disk: Element): DiskSource[] {
  return all(disk, 'source/dataStore').map(parseSource);
}

/** The secrets that a disk's `<auth>` and `<encryption>` name, in the element itself or in its source. */
function secretsOf(disk: Element): SecretName[] {
  const places = ['auth', 'source/auth', 'encryption', 'source/encryption'];
  return places
    .flatMap((place) => all(disk, `${place}/secret`))
    .map((secret) => ({
      type: attributeAt(secret, '', 'type') ?? '',
      uuid: attributeAt(secret, '', 'uuid'),
      usage: attributeAt(secret, '', 'usage'),
    }));
}

function parseSource(disk: Element): DiskSource {
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
