import type { Element } from '@xmldom/xmldom';
import type { CpuPart, Device } from '../model.ts';
import { all, attributeAt, first, textAt } from './xml.ts';

/**
 * What a domain is made of, as far as it matters to a move: the names are those of libvirt's formatdomain. Whatever is
 * unknown, missing or of another namespace is left alone, so that any description can be read.
 */
export function readDevices(root: Element): Device[] {
  const of = (name: string) => all(root, `devices/${name}`);
  return [
    cpuPart(root),
    ...of('disk').map(diskPart),
    ...of('hostdev').map(hostDevice),
    ...of('interface').map(networkInterface),
    ...vhostUser(root),
    ...of('filesystem').map(filesystem),
    ...of('shmem').map(sharedMemory),
    ...of('memory').map(memoryDevice),
    ...of('tpm').map(tpm),
    ...of('video').map(video),
    ...of('crypto').map((crypto): Device => ({ kind: 'crypto', model: at(crypto, '', 'model') })),
    ...of('sound').map((sound): Device => ({ kind: 'sound', model: at(sound, '', 'model') })),
    ...of('serial').map((serial): Device => ({ kind: 'serial', port: at(serial, 'target', 'type') })),
    ...all(root, 'launchSecurity').map((one): Device => ({ kind: 'protection', type: at(one, '', 'type') })),
  ];
}

/** An attribute, and an empty text where there is none. */
function at(element: Element, path: string, name: string): string {
  return attributeAt(element, path, name) ?? '';
}

function cpuPart(root: Element): CpuPart {
  const perSocket = ['dies', 'clusters', 'cores', 'threads']
    .map((level) => Number(at(root, 'cpu/topology', level) || 1))
    .reduce((all, count) => all * count, 1);
  const features = all(root, 'cpu/feature').map((one) => ({
    name: at(one, '', 'name'),
    policy: at(one, '', 'policy') || 'require',
  }));
  const tsc = all(root, 'clock/timer').filter((timer) => at(timer, '', 'name') === 'tsc');
  return {
    kind: 'cpu',
    mode: at(root, 'cpu', 'mode') || 'custom',
    model: textAt(root, 'cpu/model'),
    migratable: attributeAt(root, 'cpu', 'migratable') !== 'off',
    features,
    perSocket: Number.isInteger(perSocket) && perSocket > 0 ? perSocket : 1,
    tscFrequencySet: tsc.some((timer) => Number(at(timer, '', 'frequency')) > 0),
  };
}

function diskPart(disk: Element): Device {
  return {
    kind: 'disk',
    target: at(disk, 'target', 'dev'),
    bus: at(disk, 'target', 'bus'),
    type: at(disk, '', 'type'),
    format: at(disk, 'driver', 'type'),
    backingFormats: backingFormats(disk),
    transient: first(disk, 'transient') !== null,
  };
}

/** libvirt nests each image in the one that is built on it. */
function backingFormats(image: Element): string[] {
  const formats: string[] = [];
  for (let below = first(image, 'backingStore'); below !== null; below = first(below, 'backingStore')) {
    const format = at(below, 'format', 'type');
    if (format !== '') formats.push(format);
  }
  return formats;
}

/** What another process on the host does for a guest: libvirt writes where that listens in several ways. */
function vhostUser(root: Element): Device[] {
  const typed = (name: string) =>
    all(root, `devices/${name}`).filter((one) => at(one, '', 'type') === 'vhostuser');
  const part =
    (what: string) =>
    (one: Element): Device => ({
      kind: 'vhost-user',
      what: `${what} ${at(one, 'mac', 'address') || at(one, 'target', 'dev')}`.trim(),
      path: at(one, 'source', 'path'),
    });
  const videos = all(root, 'devices/video').filter((one) => at(one, 'driver', 'name') === 'vhostuser');
  return [
    ...typed('interface').map(part('interface')),
    ...typed('disk').map(part('disk')),
    ...videos.map(part('video device')),
  ];
}

function hostDevice(hostdev: Element): Device {
  const mode = at(hostdev, '', 'mode') || 'subsystem';
  const type = at(hostdev, '', 'type');
  return {
    kind: 'host-device',
    type: mode === 'capabilities' ? `${type} (capabilities)` : type,
    name: hostDeviceName(hostdev),
    failsOver: at(hostdev, 'teaming', 'type') === 'transient',
  };
}

/** Where the device is on its host, as its type writes it: a PCI address, a USB vendor and product, a UUID, a WWN. */
function hostDeviceName(hostdev: Element): string {
  const of = (path: string, ...names: string[]) =>
    names.map((name) => at(hostdev, path, name).replace(/^0x/, '')).filter((text) => text !== '');
  const [domain, bus, slot, dot] = of('source/address', 'domain', 'bus', 'slot', 'function');
  if (dot !== undefined) return `${domain}:${bus}:${slot}.${dot}`;
  const ids = ['source/vendor', 'source/product'].flatMap((path) => of(path, 'id'));
  if (ids.length > 0) return ids.join(':');
  const adapter = at(hostdev, 'source/adapter', 'name');
  if (adapter !== '') return adapter;
  const [uuid] = of('source/address', 'uuid');
  const [wwpn] = of('source', 'wwpn');
  return uuid ?? wwpn ?? of('source/address', 'bus', 'device').join('.');
}

function networkInterface(element: Element): Device {
  return {
    kind: 'interface',
    type: at(element, '', 'type'),
    mac: at(element, 'mac', 'address'),
    failsOver: at(element, 'teaming', 'type') === 'transient',
  };
}

function filesystem(element: Element): Device {
  // A path or 9p is what libvirt takes where no driver is named (formatdomain, Filesystems).
  return {
    kind: 'filesystem',
    driver: at(element, 'driver', 'type') || 'path',
    target: at(element, 'target', 'dir'),
    externalDaemon: attributeAt(element, 'source', 'socket') !== null,
  };
}

function sharedMemory(element: Element): Device {
  return {
    kind: 'shared-memory',
    name: at(element, '', 'name'),
    model: at(element, 'model', 'type') || 'ivshmem',
    role: at(element, '', 'role'),
  };
}

function memoryDevice(element: Element): Device {
  return {
    kind: 'memory',
    model: at(element, '', 'model'),
    placed: at(element, 'address', 'type') === 'dimm',
  };
}

function tpm(element: Element): Device {
  return {
    kind: 'tpm',
    backend: at(element, 'backend', 'type'),
    model: at(element, '', 'model'),
    version: at(element, 'backend', 'version'),
  };
}

function video(element: Element): Device {
  const accelerated = at(element, 'model/acceleration', 'accel3d') === 'yes';
  return { kind: 'video', model: at(element, 'model', 'type'), accelerated };
}

/** Those of one kind. */
export function ofKind<K extends Device['kind']>(
  devices: readonly Device[],
  kind: K,
): Extract<Device, { kind: K }>[] {
  return devices.filter((device): device is Extract<Device, { kind: K }> => device.kind === kind);
}
