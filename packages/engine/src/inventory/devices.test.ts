import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../errors.ts';
import type { Device } from '../model.ts';
import { parseDomain } from './domain.ts';

const domain = (devices: string, more = '') =>
  `<domain type='kvm' xmlns:x='http://example.org/x'><name>a</name><uuid>u</uuid>${more}<devices>${devices}</devices></domain>`;

/** What a description says, but for its CPU, which each has. */
const devicesOf = (xml: string) => parseDomain(xml).devices.filter(({ kind }) => kind !== 'cpu');
const cpuOf = (xml: string) => parseDomain(xml).devices.find(({ kind }) => kind === 'cpu');

/** Every device that matters, in the forms that libvirt writes (its docs/formatdomain.rst and tests/qemuxmlconfdata). */
const forms: readonly { readonly xml: string; readonly device: Device }[] = [
  {
    xml: `<disk type='file' device='disk'><driver name='qemu' type='vmdk'/><source file='/a'/><backingStore type='file'><format type='qcow2'/><source file='/b'/><backingStore type='file'><format type='vdi'/><backingStore/></backingStore></backingStore><target dev='vda' bus='virtio'/><transient shareBacking='yes'/></disk>`,
    device: {
      kind: 'disk',
      target: 'vda',
      bus: 'virtio',
      type: 'file',
      format: 'vmdk',
      backingFormats: ['qcow2', 'vdi'],
      transient: true,
    },
  },
  {
    xml: `<disk type='file' device='disk'><target dev='nvme0n1' bus='nvme'/></disk>`,
    device: {
      kind: 'disk',
      target: 'nvme0n1',
      bus: 'nvme',
      type: 'file',
      format: '',
      backingFormats: [],
      transient: false,
    },
  },
  {
    xml: `<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0x06' slot='0x02' function='0x0'/></source></hostdev>`,
    device: { kind: 'host-device', type: 'pci', name: '0000:06:02.0', failsOver: false },
  },
  {
    xml: `<hostdev mode='subsystem' type='pci'><teaming type='transient' persistent='ua-x'/><source/></hostdev>`,
    device: { kind: 'host-device', type: 'pci', name: '', failsOver: true },
  },
  {
    xml: `<hostdev mode='subsystem' type='usb'><source><vendor id='0x1234'/><product id='0xbeef'/></source></hostdev>`,
    device: { kind: 'host-device', type: 'usb', name: '1234:beef', failsOver: false },
  },
  {
    xml: `<hostdev mode='subsystem' type='usb'><source><address bus='1' device='4'/></source></hostdev>`,
    device: { kind: 'host-device', type: 'usb', name: '1.4', failsOver: false },
  },
  {
    xml: `<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source><address uuid='c2177883-f1bb-47f0-914d-32a22e3a8804'/></source></hostdev>`,
    device: {
      kind: 'host-device',
      type: 'mdev',
      name: 'c2177883-f1bb-47f0-914d-32a22e3a8804',
      failsOver: false,
    },
  },
  {
    xml: `<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/><address bus='0' target='0' unit='0'/></source></hostdev>`,
    device: { kind: 'host-device', type: 'scsi', name: 'scsi_host0', failsOver: false },
  },
  {
    xml: `<hostdev mode='subsystem' type='scsi_host'><source protocol='vhost' wwpn='naa.5123456789abcde0'/></hostdev>`,
    device: { kind: 'host-device', type: 'scsi_host', name: 'naa.5123456789abcde0', failsOver: false },
  },
  {
    xml: `<hostdev mode='capabilities' type='misc'><source><char>/dev/input/event3</char></source></hostdev>`,
    device: { kind: 'host-device', type: 'misc (capabilities)', name: '', failsOver: false },
  },
  {
    xml: `<interface type='hostdev'><mac address='52:54:00:6d:90:02'/><teaming type='transient' persistent='ua-b'/></interface>`,
    device: { kind: 'interface', type: 'hostdev', mac: '52:54:00:6d:90:02', failsOver: true },
  },
  {
    xml: `<interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/></interface>`,
    device: { kind: 'interface', type: 'vdpa', mac: '', failsOver: false },
  },
  {
    xml: `<filesystem type='mount'><driver type='virtiofs'/><source socket='/tmp/sock'/><target dir='t'/></filesystem>`,
    device: { kind: 'filesystem', driver: 'virtiofs', target: 't', externalDaemon: true },
  },
  {
    xml: `<filesystem type='mount' accessmode='passthrough'><source dir='/e'/><target dir='t'/></filesystem>`,
    device: { kind: 'filesystem', driver: 'path', target: 't', externalDaemon: false },
  },
  {
    xml: `<shmem name='s' role='peer'><model type='ivshmem-plain'/><size unit='M'>4</size></shmem>`,
    device: { kind: 'shared-memory', name: 's', model: 'ivshmem-plain', role: 'peer' },
  },
  {
    xml: `<memory model='dimm'><target><size unit='KiB'>524287</size><node>0</node></target><address type='dimm' slot='0' base='0x100000000'/></memory>`,
    device: { kind: 'memory', model: 'dimm', placed: true },
  },
  {
    xml: `<memory model='dimm'><target/></memory>`,
    device: { kind: 'memory', model: 'dimm', placed: false },
  },
  {
    xml: `<tpm model='tpm-crb'><backend type='emulator' version='2.0' persistent_state='yes'/></tpm>`,
    device: { kind: 'tpm', backend: 'emulator', model: 'tpm-crb', version: '2.0' },
  },
  {
    xml: `<video><model type='virtio' heads='1'><acceleration accel3d='yes'/></model></video>`,
    device: { kind: 'video', model: 'virtio', accelerated: true },
  },
  {
    xml: `<crypto model='virtio' type='qemu'><backend model='builtin' queues='1'/></crypto>`,
    device: { kind: 'crypto', model: 'virtio' },
  },
  { xml: `<sound model='virtio' streams='2'/>`, device: { kind: 'sound', model: 'virtio' } },
  {
    xml: `<serial type='pty'><target type='usb-serial' port='0'/></serial>`,
    device: { kind: 'serial', port: 'usb-serial' },
  },
];

test.each(forms)('$device.kind from $xml', ({ xml, device }) => {
  expect(devicesOf(domain(xml))).toEqual([device]);
});

test('what another process does for a guest', () => {
  const xml =
    domain(`<interface type='vhostuser'><mac address='52:54:00:ee:96:6c'/><source type='unix' path='/tmp/v.sock' mode='server'/></interface>
    <disk type='vhostuser' device='disk'><source type='unix' path='/tmp/d.sock'/><target dev='vdc'/></disk>
    <video><driver name='vhostuser'/><model type='virtio'/></video>`);
  expect(devicesOf(xml).filter(({ kind }) => kind === 'vhost-user')).toEqual([
    { kind: 'vhost-user', what: 'interface 52:54:00:ee:96:6c', path: '/tmp/v.sock' },
    { kind: 'vhost-user', what: 'disk vdc', path: '/tmp/d.sock' },
    { kind: 'vhost-user', what: 'video device', path: '' },
  ]);
});

test('what protects a guest from its host', () => {
  const xml = domain('', `<launchSecurity type='sev'><cbitpos>47</cbitpos></launchSecurity>`);
  expect(devicesOf(xml)).toEqual([{ kind: 'protection', type: 'sev' }]);
});

test.each([
  { what: 'no <cpu>', xml: '', cpu: { mode: 'custom', model: null, perSocket: 1, migratable: true } },
  {
    what: 'a passed through one',
    xml: `<cpu mode='host-passthrough' check='none' migratable='off'><topology sockets='1' cores='2' threads='2'/></cpu>`,
    cpu: { mode: 'host-passthrough', perSocket: 4, migratable: false },
  },
  {
    what: 'a model with features, and a fixed time stamp counter',
    xml: `<cpu><model>Nehalem</model><feature name='invtsc' policy='require'/><feature name='pdcm' policy='disable'/></cpu><clock><timer name='hpet'/><timer name='tsc' frequency='3000000000'/></clock>`,
    cpu: {
      model: 'Nehalem',
      features: [
        { name: 'invtsc', policy: 'require' },
        { name: 'pdcm', policy: 'disable' },
      ],
      tscFrequencySet: true,
    },
  },
  {
    what: 'one with a topology that is none',
    xml: `<cpu><topology threads='many'/></cpu><clock><timer name='tsc' mode='native'/></clock>`,
    cpu: { perSocket: 1, tscFrequencySet: false },
  },
])('a CPU: $what', ({ xml, cpu }) => {
  expect(cpuOf(domain('', xml))).toMatchObject(cpu);
});

const word = fc.constantFrom('a', 'pci', 'yes', '', '0x00', 'virtio', 'transient', '&lt;', 'é', ' ', '-1');
const attribute = fc.constantFrom(
  ...['type', 'mode', 'model', 'name', 'role', 'dev', 'bus', 'address', 'uuid', 'id', 'x:type', 'threads'],
);
const tag = fc.constantFrom(
  ...[
    'disk',
    'hostdev',
    'interface',
    'filesystem',
    'shmem',
    'memory',
    'tpm',
    'video',
    'crypto',
    'sound',
    'serial',
  ],
  ...['source', 'target', 'address', 'model', 'driver', 'backend', 'x:disk', 'vendor', 'new-in-2040', 'cpu'],
);
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      tag,
      fc.dictionary(attribute, word, { maxKeys: 4 }),
      fc.boolean(),
      fc.array(fc.oneof({ depthSize: 'small' }, word, tie('element')), { maxLength: 4 }),
    )
    .map(([name, attributes, foreign, inside]) => {
      const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`);
      const namespace = foreign ? ' xmlns="http://example.org/other"' : '';
      return `<${name}${namespace}${written.join('')}>${inside.join('')}</${name}>`;
    }),
}));

test('any description is read, whatever is in it or missing', () => {
  fc.assert(
    fc.property(
      fc.array(element, { maxLength: 8 }),
      fc.array(element, { maxLength: 3 }),
      (inside, beside) => {
        expect(parseDomain(domain(inside.join(''), beside.join(''))).devices).not.toEqual([]);
      },
    ),
  );
});

test('every device that matters is found among any others', () => {
  const noise = element.filter((text) => /^<(x:disk|new-in-2040|vendor|backend)\b/.test(text));
  const one = fc.tuple(noise, fc.constantFrom(...forms), noise);
  fc.assert(
    fc.property(fc.array(one, { maxLength: 6 }), (parts) => {
      const xml = domain(parts.map(([before, { xml }, after]) => before + xml + after).join(''));
      const found = devicesOf(xml).map((device) => JSON.stringify(device));
      expect(found.sort()).toEqual(parts.map(([, { device }]) => JSON.stringify(device)).sort());
    }),
  );
});

test('a device of another namespace is no device', () => {
  const xml = domain(`<hostdev xmlns='http://example.org/other' type='pci'/><x:hostdev type='pci'/>`);
  expect(devicesOf(xml)).toEqual([]);
});

test('what is cut off or garbled is refused, and nothing worse', () => {
  const whole = domain(forms.map(({ xml }) => xml).join(''));
  const cut = fc.nat(whole.length - 1).map((end) => whole.slice(0, end));
  const garbled = fc
    .tuple(fc.nat(whole.length - 1), fc.string({ maxLength: 3 }))
    .map(([at, text]) => whole.slice(0, at) + text + whole.slice(at + 1));
  fc.assert(
    fc.property(fc.oneof(cut, garbled, fc.string()), (text) => {
      try {
        expect(parseDomain(text).name).toEqual(expect.any(String));
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
        expect(error).toMatchObject({ code: 'xml' });
      }
    }),
  );
});
