import { MigrateFlag } from '@virt-ferry/libvirt';
import { expect, test } from 'vitest';
import { AS_IT_IS } from '../strategy/strategy.ts';
import { moveRequest } from '../testing/move-request.ts';
import { plainDomain } from '../testing/plain-domain.ts';
import { chooseParameters, migrationAddress, parametersFrom, storedParameters } from './parameters.ts';

const domain = plainDomain;
const request = moveRequest({ destination: { name: 'beta', uri: 'qemu+tcp://10.0.0.2/system' } });
const PLAIN = { unsafe: false, storage: { copy: 'none', disks: [] } as const };
const has = (flags: number, flag: number) => (flags & flag) !== 0;

test('a plain move persists there, undefines here, and protects the source alone', () => {
  const { sourceFlags, destinationFlags, params } = chooseParameters(request, domain, PLAIN);
  for (const flag of [MigrateFlag.live, MigrateFlag.persistDest, MigrateFlag.undefineSource]) {
    expect(has(sourceFlags, flag)).toBe(true);
    expect(has(destinationFlags, flag)).toBe(true);
  }
  expect(has(sourceFlags, MigrateFlag.changeProtection)).toBe(true);
  expect(has(destinationFlags, MigrateFlag.changeProtection)).toBe(false);
  expect(has(sourceFlags, MigrateFlag.unsafe)).toBe(false);
  expect(params).toEqual([{ field: 'migrate_uri', type: 'string', value: 'tcp://10.0.0.2' }]);
});

test('what is compressed goes over parallel connections, and both sides are told', () => {
  const strategy = { ...AS_IT_IS, compression: { connections: 2 } };
  const { sourceFlags, destinationFlags, params } = chooseParameters(request, domain, { ...PLAIN, strategy });
  for (const flags of [sourceFlags, destinationFlags])
    expect(has(flags, MigrateFlag.parallel) && has(flags, MigrateFlag.compressed)).toBe(true);
  expect(params).toContainEqual({ field: 'compression', type: 'string', value: 'zstd' });
  expect(params).toContainEqual({ field: 'parallel.connections', type: 'int', value: 2 });
});

test('a limit holds in post-copy too, which has one of its own', () => {
  const limited = { ...request, bandwidthBytesPerS: 20 * 1024 ** 2 };
  const fields = (wanted: typeof limited) =>
    chooseParameters(wanted, domain, PLAIN).params.flatMap(({ field, value }) =>
      field.startsWith('bandwidth') ? [`${field} ${value}`] : [],
    );
  expect(fields(limited)).toEqual(['bandwidth 20']);
  expect(fields({ ...limited, method: 'post-copy' })).toEqual(['bandwidth 20', 'bandwidth.postcopy 20']);
});

test.each([
  {
    name: 'a paused guest stays paused',
    change: {},
    guest: { state: 'paused' },
    flag: MigrateFlag.paused,
    set: true,
  },
  {
    name: 'a running guest does not, where Finish starts it',
    change: { commit: 'finish' },
    guest: {},
    flag: MigrateFlag.paused,
    set: false,
  },
  {
    name: 'post-copy',
    change: { method: 'post-copy', commit: 'finish' },
    guest: {},
    flag: MigrateFlag.postCopy,
    set: true,
  },
  {
    name: '--transient',
    change: { destinationDefinition: 'transient' },
    guest: {},
    flag: MigrateFlag.persistDest,
    set: false,
  },
  {
    name: 'a transient guest',
    change: {},
    guest: { persistent: false },
    flag: MigrateFlag.persistDest,
    set: false,
  },
  {
    name: '--keep-source-definition',
    change: { sourceDefinition: 'keep' },
    guest: {},
    flag: MigrateFlag.undefineSource,
    set: false,
  },
  { name: '--tls', change: { tls: true }, guest: {}, flag: MigrateFlag.tls, set: true },
  { name: '--tls --p2p', change: { tls: true, drive: 'p2p' }, guest: {}, flag: MigrateFlag.tls, set: true },
  { name: 'no --tls', change: {}, guest: {}, flag: MigrateFlag.tls, set: false },
] as const)('flags: $name', ({ change, guest, flag, set }) => {
  const { sourceFlags, destinationFlags } = chooseParameters(
    { ...request, ...change },
    { ...domain, ...guest },
    PLAIN,
  );
  expect(has(sourceFlags, flag)).toBe(set);
  expect(has(destinationFlags, flag)).toBe(set);
});

test('bandwidth is rounded up to whole MiB/s, never down to none', () => {
  const { params } = chooseParameters({ ...request, bandwidthBytesPerS: 1 }, domain, PLAIN);
  expect(params).toContainEqual({ field: 'bandwidth', type: 'ullong', value: 1n });
});

test.each([
  { uri: 'qemu+tcp://10.0.0.2/system', expected: '10.0.0.2' },
  { uri: 'qemu+ssh://root@beta.example:2222/system', expected: 'beta.example' },
  { uri: 'qemu+tls://[fd00::2]/system', expected: '[fd00::2]' },
  { uri: 'qemu:///system', expected: null },
  { uri: 'qemu+ssh://localhost/system', expected: null },
  { uri: 'qemu+tcp://127.0.0.1:16510/system', expected: null },
  { uri: 'qemu:///system', migrationAddress: '10.9.0.2', expected: '10.9.0.2' },
  { uri: 'qemu+tcp://10.0.0.2/system', migrationAddress: 'fd00::9', expected: '[fd00::9]' },
])('migration address of $uri', ({ uri, migrationAddress: address, expected }) => {
  expect(migrationAddress({ name: 'beta', uri, migrationAddress: address })).toBe(expected);
});

test('strict commit: the destination alone leaves the guest paused', () => {
  const { sourceFlags, destinationFlags } = chooseParameters(request, domain, PLAIN);
  expect(has(destinationFlags, MigrateFlag.paused)).toBe(true);
  expect(has(sourceFlags, MigrateFlag.paused)).toBe(false);
});

test('by peer: the source is told all, since it drives the destination', () => {
  const { sourceFlags } = chooseParameters({ ...request, drive: 'p2p' }, domain, PLAIN);
  expect(has(sourceFlags, MigrateFlag.peer2peer)).toBe(true);
  expect(has(sourceFlags, MigrateFlag.paused)).toBe(true);
});

test('disks that are copied are listed, and no others', () => {
  const { sourceFlags, params } = chooseParameters(request, domain, {
    unsafe: false,
    storage: { copy: 'flat', disks: [{ target: 'vda' }, { target: 'vdc' }] },
  });
  expect(has(sourceFlags, MigrateFlag.nonSharedDisk)).toBe(true);
  const disks = params.filter(({ field }) => field === 'migrate_disks').map(({ value }) => value);
  expect(disks).toEqual(['vda', 'vdc']);
});

test('parameters survive the journal', () => {
  const parameters = chooseParameters({ ...request, bandwidthBytesPerS: 2 ** 30 }, domain, PLAIN);
  expect(parametersFrom(JSON.parse(JSON.stringify(storedParameters(parameters))))).toEqual(parameters);
});

test('disks that are copied may have a limit of their own, wait for their copies, and leave zeroes out', () => {
  const wanted = {
    ...request,
    bandwidthBytesPerS: 2 ** 30,
    diskBandwidthBytesPerS: 2 ** 20,
    synchronousWrites: true,
  };
  const storage = { copy: 'top', disks: [{ target: 'vda' }], zeroes: true } as const;
  const copying = chooseParameters(wanted, domain, { unsafe: false, storage });
  expect(has(copying.destinationFlags, MigrateFlag.nonSharedInc)).toBe(true);
  expect(has(copying.sourceFlags, MigrateFlag.synchronousWrites)).toBe(true);
  const param = (field: string) => copying.params.find((one) => one.field === field)?.value;
  expect(param('bandwidth')).toBe(1n);
  expect(param('migrate_disks_detect_zeroes')).toBe('vda');
  // Where nothing is copied, it is memory's.
  const none = chooseParameters(wanted, domain, PLAIN);
  expect(none.params.find(({ field }) => field === 'bandwidth')?.value).toBe(1024n);
  expect(has(none.sourceFlags, MigrateFlag.synchronousWrites)).toBe(false);
});

test('descriptions for the destination go with the move, but not into the journal', () => {
  const descriptions = { running: '<domain>secret</domain>', persistent: '<domain/>' };
  const told = chooseParameters(request, domain, { ...PLAIN, descriptions });
  expect(told.params.map(({ field }) => field)).toEqual(['migrate_uri', 'destination_xml', 'persistent_xml']);
  expect(JSON.stringify(storedParameters(told))).not.toContain('secret');
});
