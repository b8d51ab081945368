import { check, type MoveRequest } from '@virt-ferry/engine';
import { queryGuest, restartService } from '@virt-ferry/lab';
import { expect, test } from 'vitest';
import { afterwards, env, guest, lab, move, request, runners } from '../fixture.ts';
import { findingOf, remedyOf, rewrite, run, seen, virshRefusal } from './over-ssh.ts';

/** Moves by TLS: refused without it, without its certificates, and on the wire what they should be. */

const directory = '/etc/pki/qemu';

/** Gives a host the certificate that it has for libvirtd; the lab's is for a server and a client. */
async function certificatesOn(host: string, ...roles: ('server' | 'client')[]): Promise<void> {
  const pairs = roles.map(
    (role) =>
      `install -m 644 /etc/pki/libvirt/servercert.pem ${directory}/${role}-cert.pem; install -m 600 /etc/pki/libvirt/private/serverkey.pem ${directory}/${role}-key.pem`,
  );
  await run(
    host,
    `mkdir -p ${directory}; install -m 644 /etc/pki/CA/cacert.pem ${directory}/ca-cert.pem; ${pairs.join('; ')}`,
  );
  afterwards(() => run(host, `rm -rf ${directory}`));
}

/** A line of qemu.conf, for the test only. */
async function setOn(host: string, line: string): Promise<void> {
  // What is taken back last is done first: libvirtd reads the file after it has begun to listen.
  afterwards(() => restartService(lab, host, 'libvirtd'));
  await rewrite(host, '/etc/libvirt/qemu.conf', (text) => `${text}${line}\n`);
  await restartService(lab, host, 'libvirtd');
}

/** Counts on beta the packets that begin as a migration does in the clear, and as TLS does. */
async function watchWire(): Promise<() => Promise<{ clear: number; handshakes: number }>> {
  // QEMU_VM_FILE_MAGIC of migration/savevm.c; a TLS record of a handshake, of any version.
  const counts = ['@ih,0,32 0x5145564d counter', '@ih,0,16 0x1603 counter'];
  const rules = counts.map((one) => `tcp dport 49152-49215 ${one};`).join(' ');
  await run('beta', `nft 'table inet wire { chain in { type filter hook input priority 0; ${rules} }; }'`);
  afterwards(() => run('beta', 'nft delete table inet wire'));
  return async () => {
    const listed = await run('beta', 'nft list table inet wire');
    const [clear = Number.NaN, handshakes = Number.NaN] = [...listed.matchAll(/counter packets (\d+)/g)].map(
      ([, packets]) => Number(packets),
    );
    return { clear, handshakes };
  };
}

test('a source that insists on TLS gets it, once both hosts have certificates', async () => {
  const moved = await guest({ host: 'alpha' });
  await setOn('alpha', 'migrate_tls_force = 1');
  const plain = seen(moved, 'alpha', 'beta');
  expect(await findingOf(plain, 'tls.forced')).toMatchObject({
    severity: 'blocker',
    fix: { command: 'add --tls' },
  });
  expect(await virshRefusal(plain)).toContain('allows migration only with VIR_MIGRATE_TLS flag');

  const wanted = seen(moved, 'alpha', 'beta', { tls: true });
  const { findings } = await check(wanted, env);
  expect(findings.filter(({ subject }) => subject === 'tls')).toMatchObject([
    { id: 'tls.no-files', values: { host: 'alpha', directory } },
    { id: 'tls.no-files', values: { host: 'beta', files: 'ca-cert.pem, server-cert.pem, server-key.pem' } },
  ]);
  expect(findings.some(({ id }) => id === 'source.agrees')).toBe(true);
  expect((await move(wanted)).outcome.result).toBe('blocked');
  expect(await virshRefusal(wanted)).toMatch(/Unable to access credentials|TLS|ca-cert\.pem/);

  await certificatesOn('alpha', 'client');
  await certificatesOn('beta', 'server');
  const report = await check(wanted, env, { rehearse: true });
  expect(report.findings.filter(({ id }) => id === 'tls.ready')).toHaveLength(2);
  expect(report.findings.filter(({ severity }) => severity === 'blocker')).toEqual([]);
  expect(report.findings.filter(({ subject }) => subject === 'rehearsal')).toMatchObject([
    { id: 'rehearsal.passed' },
  ]);
  expect((await move(wanted)).outcome).toMatchObject({ result: 'migrated', reason: '' });
  expect(await runners(moved.uuid)).toEqual(['beta']);
});

test('a source without a certificate of its own goes only to a destination that asks for none', async () => {
  const moved = await guest({ host: 'alpha' });
  await certificatesOn('alpha');
  await certificatesOn('beta', 'server');
  const wanted = seen(moved, 'alpha', 'beta', { tls: true });
  expect(await findingOf(wanted, 'tls.no-files')).toMatchObject({
    values: { host: 'alpha', files: 'client-cert.pem, client-key.pem' },
  });
  await virshRefusal(wanted);
  expect(await runners(moved.uuid)).toEqual(['alpha']);
  await setOn('beta', 'migrate_tls_x509_verify = 0');
  expect(await findingOf(wanted, 'tls.no-files')).toBeUndefined();
  expect((await move(wanted)).outcome).toMatchObject({ result: 'migrated', reason: '' });
});

test('a QEMU that is not root must be able to read its key', async () => {
  const moved = await guest({ host: 'delta' });
  await certificatesOn('delta', 'client');
  await certificatesOn('epsilon', 'server');
  const wanted = seen(moved, 'delta', 'epsilon', { tls: true });
  const unreadable = (await check(wanted, env)).findings.filter(({ id }) => id === 'tls.unreadable');
  expect(unreadable).toMatchObject([
    { values: { host: 'delta', user: 'libvirt-qemu', files: 'client-key.pem' } },
    { severity: 'blocker', evidence: 'server-key.pem is of root, 600' },
  ]);
  expect(await virshRefusal(wanted)).toContain('Error while reading file');
  await run('delta', remedyOf(unreadable[0], 'delta'));
  await run('epsilon', remedyOf(unreadable[1], 'epsilon'));
  expect((await check(wanted, env)).findings.filter(({ id }) => id === 'tls.ready')).toHaveLength(2);
  expect((await move(wanted)).outcome).toMatchObject({ result: 'migrated', reason: '' });
});

test('the directory is the one that libvirt takes', async () => {
  const moved = await guest({ host: 'alpha' });
  // libvirtd looks once, when it starts, whether that directory is there.
  afterwards(() => restartService(lab, 'beta', 'libvirtd'));
  await run('beta', 'mkdir -p /etc/pki/libvirt-migrate "/etc/pki/of its own"');
  afterwards(() => run('beta', 'rm -r /etc/pki/libvirt-migrate "/etc/pki/of its own"'));
  const wanted = seen(moved, 'alpha', 'beta', { tls: true });
  const onBeta = async () =>
    (await check(wanted, env)).findings.find(
      ({ id, values }) => id === 'tls.no-files' && values.host === 'beta',
    )?.values.directory;
  expect(await onBeta()).toBe('/etc/pki/libvirt-migrate');
  await setOn('beta', 'migrate_tls_x509_cert_dir = "/etc/pki/of its own"');
  expect(await onBeta()).toBe('/etc/pki/of its own');
  expect(await virshRefusal(wanted)).toContain('/etc/pki/');
});

/** Writes enough for a second pass, and so a post-copy. */
const busy = { loadMemoryMiB: 64, memoryRateMBps: 50 } as const;

test.each([
  { tls: true, drive: 'direct', method: 'pre-copy' },
  { tls: true, drive: 'direct', method: 'post-copy' },
  { tls: true, drive: 'p2p', method: 'pre-copy' },
  { tls: true, drive: 'p2p', method: 'post-copy' },
  // What the others would look like in the clear.
  { tls: false, drive: 'direct', method: 'pre-copy' },
] as const)('on the wire with tls $tls: $drive, $method, a disk copied along', async ({ tls, ...how }) => {
  const moved = await guest({ host: 'alpha', disk: 'local', ...(how.method === 'post-copy' ? busy : {}) });
  await certificatesOn('alpha', 'client');
  await certificatesOn('beta', 'server');
  const wishes: Partial<MoveRequest> = {
    ...how,
    tls,
    copyStorage: 'all',
    commit: how.method === 'post-copy' ? 'finish' : 'strict',
  };
  const wire = await watchWire();
  const { outcome } = await move(request(moved, 'alpha', 'beta', wishes));
  expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
  const { clear, handshakes } = await wire();
  if (tls) expect({ clear, handshakes: handshakes > 1 }).toEqual({ clear: 0, handshakes: true });
  else expect(clear).toBeGreaterThan(0);
  expect(await runners(moved.uuid)).toEqual(['beta']);
  const { memory, disk } = await queryGuest(lab, moved.name, 'verify');
  expect(memory.errors + disk.errors).toBe(0);
});
