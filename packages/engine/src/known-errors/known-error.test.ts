import { expect, test } from 'vitest';
import { explain } from './known-error.ts';
import { knownErrors } from './table.ts';

/** As libvirt and QEMU said it, of several versions. */
const said: readonly { readonly id: string; readonly message: string; readonly values?: object }[] = [
  { id: 'no-shared-storage', message: 'Unsafe migration: Migration without shared storage is unsafe' },
  {
    id: 'unsafe-cache',
    message:
      'Unsafe migration: Migration may lead to data corruption if disks use cache other than none or directsync',
  },
  {
    id: 'same-host',
    message: 'internal error: Attempt to migrate guest to the same host fe440000-0000-4000-8000-000000000001',
    values: { uuid: 'fe440000-0000-4000-8000-000000000001' },
  },
  {
    id: 'exists-already',
    message: "operation failed: domain 'web' already exists with uuid 4961a8e6-5557-444b-8046-c96e691e4469",
    values: { domain: 'web' },
  },
  {
    id: 'exists-already',
    message: "Requested operation is not valid: domain 'web' is already active as 'web'",
    values: { domain: 'web' },
  },
  {
    id: 'no-bridge',
    message: "Cannot get interface MTU on 'br7': No such device",
    values: { bridge: 'br7' },
  },
  {
    id: 'tls-credentials',
    message:
      "internal error: unable to execute QEMU command 'object-add': Unable to access credentials /etc/pki/qemu/ca-cert.pem: No such file or directory",
    values: { path: '/etc/pki/qemu/ca-cert.pem' },
  },
  {
    id: 'network-inactive',
    message: "Requested operation is not valid: network 'lan' is not active",
    values: { network: 'lan' },
  },
  {
    id: 'no-network',
    message: "Network not found: no network with matching name 'lan'",
    values: { network: 'lan' },
  },
  {
    id: 'no-file',
    message:
      "Cannot access storage file '/iso/debian.iso' (as uid:64055, gid:108): No such file or directory",
    values: { path: '/iso/debian.iso' },
  },
  {
    id: 'no-file',
    message: "Cannot access storage file '/iso/debian.iso': No such file or directory",
    values: { path: '/iso/debian.iso' },
  },
  {
    id: 'no-file-access',
    message:
      "Cannot access backing file '/data/base.qcow2' of storage file '/data/web.qcow2' (as uid:107, gid:107): Permission denied",
    values: { path: '/data/base.qcow2' },
  },
  {
    id: 'disk-locked',
    message:
      'internal error: process exited while connecting to monitor: qemu-system-x86_64: -device …: Failed to get "write" lock Is another process using the image [/data/web.qcow2]?',
  },
  {
    id: 'cpu-features',
    message:
      "operation failed: guest CPU doesn't match specification: missing features: pdcm,arch-capabilities",
    values: { features: 'pdcm,arch-capabilities' },
  },
  {
    id: 'cpu-features',
    message:
      'the CPU is incompatible with host CPU: Host CPU does not provide required features: avx512f, avx512dq',
    values: { features: 'avx512f, avx512dq' },
  },
  {
    id: 'machine-type',
    message:
      "unsupported configuration: Emulator '/usr/bin/qemu-system-x86_64' does not support machine type 'pc-q35-10.0'",
    values: { machine: 'pc-q35-10.0' },
  },
  { id: 'no-kvm', message: 'invalid argument: could not find capabilities for domaintype=kvm ' },
  {
    id: 'no-memory',
    message:
      "internal error: process exited while connecting to monitor: qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory",
  },
  {
    id: 'no-port',
    message: "internal error: Unable to find an unused port in range 'migration' (49152-49215)",
    values: { range: 'migration' },
  },
  { id: 'unresolved', message: 'address resolution failed for beta:49152: Name or service not known' },
  { id: 'refused-connection', message: "unable to connect to server at 'beta:49152': Connection refused" },
  {
    id: 'refused-connection',
    message:
      "internal error: unable to execute QEMU command 'migrate': Failed to connect to '10.0.0.2:49152': No route to host",
  },
  {
    id: 'post-copy-unsupported',
    message:
      'internal error: unable to execute QEMU command: Postcopy is not supported: Userfaultfd not available: Operation not permitted',
  },
  {
    id: 'snapshots',
    message: 'Requested operation is not valid: cannot migrate domain with 2 snapshots',
    values: { count: '2' },
  },
  {
    id: 'busy-domain',
    message:
      'Timed out during operation: cannot acquire state change lock (held by monitor=remoteDispatchDomainBlockJob)',
  },
  {
    id: 'polkit',
    message:
      "authentication unavailable: no polkit agent available to authenticate action 'org.libvirt.unix.manage'",
  },
  { id: 'ssh-host-key', message: 'cannot connect to root@beta: Host key verification failed.' },
  {
    id: 'ssh-user',
    message: 'cannot connect to root@beta: root@beta: Permission denied (publickey,password).',
  },
  {
    id: 'other-device-state',
    message:
      'operation failed: job: unexpectedly failed: error while loading state for instance 0x0 of device ram: load of migration failed: Invalid argument',
  },
  {
    id: 'hook',
    message:
      'Hook script execution failed: internal error: Child process (/etc/libvirt/hooks/qemu web migrate begin -) unexpected exit status 1: no',
  },
  { id: 'disk-full', message: "cannot allocate 1 bytes in file '/data/web.qcow2': No space left on device" },
];

test.each(said)('$id: $message', ({ id, message, values = {} }) => {
  const known = explain(message);
  expect(known?.id).toBe(id);
  expect(known?.values).toMatchObject(values);
  expect(`${known?.means} ${known?.remedy}`).not.toMatch(/[{}]|undefined/);
});

test('what nobody knows keeps its own words', () => {
  expect(explain('the moon is full')).toBeNull();
});

test('each id is there once', () => {
  const ids = knownErrors.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
