import { ErrorNumber, RemoteError } from '@virt-ferry/libvirt';
import type { FakeDaemonOptions } from '@virt-ferry/libvirt/testing';
import { describe, expect, test } from 'vitest';
import type { Domain, HostRef, Nic } from '../../model.ts';
import { checkContext } from '../../testing/check-context.ts';
import type { FakeSystem } from '../../testing/fake-shells.ts';
import { noRequirements } from '../../testing/requirements.ts';
import type { Check, Wishes } from '../check.ts';
import { letIn } from '../network/firewall.ts';
import { bridgeCheck } from './bridge.ts';
import { clockCheck } from './clock.ts';
import { exposureCheck } from './exposure.ts';
import { locksCheck } from './locks.ts';
import { memlockCheck } from './memlock.ts';
import { networkCheck } from './network.ts';
import { permissionCheck } from './permission.ts';
import { portsCheck } from './ports.ts';
import { routeCheck } from './route.ts';
import { shellCheck } from './shell.ts';
import { sshCheck } from './ssh.ts';
import { tlsCheck } from './tls.ts';
import { userfaultfdCheck } from './userfaultfd.ts';

/** What the hosts' own systems and libvirt say where no lab can have it so; all else is tested in the lab. */

interface Scene {
  readonly here?: FakeSystem | null;
  readonly there?: FakeSystem | null;
  readonly source?: FakeDaemonOptions['handlers'];
  readonly destination?: FakeDaemonOptions['handlers'];
  readonly ref?: Partial<HostRef>;
  readonly hypervisorVersion?: number;
  readonly libvirtVersion?: number;
  readonly domain?: Partial<Domain>;
  readonly wishes?: Partial<Wishes>;
}

async function findings(check: Check, scene: Scene) {
  const ref = { name: 'beta', uri: 'qemu+tls://10.0.0.2/system', ...scene.ref };
  const { hypervisorVersion = 7_002_000, libvirtVersion = 9_000_000, domain = {}, wishes = {} } = scene;
  const context = await checkContext({
    here: { ref: { name: 'alpha', uri: 'qemu+tls://alpha/system' } },
    there: { ref, hypervisorVersion, libvirtVersion },
    asked: { here: scene.source, there: scene.destination },
    systems: { here: scene.here ?? null, there: scene.there ?? null },
    domain: { memoryBytes: 2 ** 30, ...domain },
    wishes,
  });
  return check.run(context);
}

async function ids(check: Check, scene: Scene): Promise<string[]> {
  return (await findings(check, scene)).map(({ id }) => id);
}

const refuse = (number: number, message: string) => () => {
  throw new RemoteError({ number, domain: 10, level: 2, message, details: [] });
};

describe('clocks', () => {
  const at = (aheadMs: number, uncertainMs = 20) => ({ clock: { aheadMs, uncertainMs } });
  test.each([
    { here: at(0), there: at(2500), id: 'clock.apart' },
    { here: at(2500), there: at(0), id: 'clock.apart' },
    { here: at(100), there: at(-100), id: 'clock.together' },
    // Asking took so long that nobody can tell.
    { here: at(0, 800), there: at(1500, 800), id: undefined },
    { here: at(0), there: {}, id: undefined },
    { here: null, there: at(5000), id: undefined },
  ])('$here and $there: $id', async ({ here, there, id }) => {
    expect((await ids(clockCheck, { here, there }))[0]).toBe(id);
  });

  test('says how far and which way', async () => {
    const [finding] = await findings(clockCheck, { here: at(0), there: at(-2500) });
    expect(finding?.message).toContain('the clock of beta is 2.5 s behind that of alpha');
    expect(finding?.evidence).toBe('-2500 ms apart, give or take 40 ms');
  });
});

describe('permission', () => {
  // As libvirt 9.0 says it with access_drivers = ["polkit"].
  const denied = refuse(ErrorNumber.accessDenied, 'access denied: denied by the access driver polkit');
  test('that an access driver denies', async () => {
    const [finding] = await findings(permissionCheck, { source: { domainMigrateGetMaxDowntime: denied } });
    expect(finding).toMatchObject({ id: 'permission.denied', severity: 'blocker' });
    expect(finding?.fix?.command).toContain('org.libvirt.api.domain.migrate');
  });

  test('on the destination, which does not know the domain yet', async () => {
    const absent = refuse(ErrorNumber.noDomain, 'Domain not found');
    const source = {
      domainMigrateGetMaxDowntime: () => ({ downtimeMs: 300n }),
      domainMigrateSetMaxDowntime: absent,
    };
    const destination = { domainMigrateGetMaxDowntime: absent, domainMigrateSetMaxDowntime: absent };
    expect(await ids(permissionCheck, { source, destination })).toEqual(['permission.allowed']);
  });
});

describe('locked memory', () => {
  const daemon = (capabilities: string, locked: string) => ({
    lines: [`daemon libvirtd ${capabilities} ${locked}`],
  });
  const locksMemory = { requires: { ...noRequirements, locked: true } };
  test.each([
    { there: daemon('0000000000000000', '67108864'), domain: locksMemory, id: 'memlock.limited' },
    { there: daemon('000001ffffffffff', '67108864'), domain: locksMemory, id: undefined },
    { there: daemon('0000000000000000', 'unlimited'), domain: locksMemory, id: undefined },
    { there: daemon('0000000000000000', '67108864'), domain: {}, id: undefined },
    { there: {}, domain: locksMemory, id: undefined },
  ])('$there $domain: $id', async ({ there, domain, id }) => {
    expect((await ids(memlockCheck, { there, domain }))[0]).toBe(id);
  });
});

describe('post-copy where only root may use userfaultfd', () => {
  const sysctl = (value: number, ...more: readonly string[]) => ({
    lines: ['readable qemu.conf', `userfaultfd ${value}`, ...more],
  });
  const wishes = { method: 'post-copy' } as const;
  test.each([
    { there: sysctl(0, 'qemu user libvirt-qemu'), id: 'userfaultfd.refused' },
    { there: sysctl(0), id: 'userfaultfd.perhaps-refused' },
    { there: sysctl(0, 'qemu user root'), id: 'userfaultfd.given' },
    { there: sysctl(0, 'qemu user +0'), id: 'userfaultfd.given' },
    { there: sysctl(1, 'qemu user libvirt-qemu'), id: 'userfaultfd.given' },
    // QEMU 7.2 does not know the device.
    {
      there: sysctl(0, 'qemu user qemu', 'userfaultfd-device 666 root root'),
      id: 'userfaultfd.refused',
    },
    { there: { lines: ['userfaultfd 0'] }, id: undefined },
    { there: null, id: undefined },
  ])('$there: $id', async ({ there, id }) => {
    expect((await ids(userfaultfdCheck, { there, wishes }))[0]).toBe(id);
    expect(await ids(userfaultfdCheck, { there })).toEqual([]);
  });

  test.each([
    { device: '600 root root', id: 'userfaultfd.refused' },
    { device: '660 root kvm', id: 'userfaultfd.perhaps-refused' },
    { device: '666 root root', id: undefined },
  ])('QEMU 8 and a device of $device: $id', async ({ device, id }) => {
    const there = sysctl(0, 'qemu user qemu', `userfaultfd-device ${device}`);
    expect((await ids(userfaultfdCheck, { there, wishes, hypervisorVersion: 8_000_000 }))[0]).toBe(id);
  });
});

describe('locks', () => {
  const by = (...manager: readonly string[]) => ({
    lines: ['readable qemu.conf', ...manager.map((name) => `qemu lock_manager ${name}`)],
  });
  test.each([
    { here: by('lockd'), there: by(), id: 'locks.differ', evidence: 'lockd on alpha, nop on beta' },
    { here: by(), there: by('sanlock'), id: 'locks.differ', evidence: 'nop on alpha, sanlock on beta' },
    {
      here: by('lockd'),
      there: by('sanlock'),
      id: 'locks.differ',
      evidence: 'lockd on alpha, sanlock on beta',
    },
    { here: by('lockd'), there: by('lockd'), id: 'locks.same', evidence: 'lockd on alpha, lockd on beta' },
    { here: by(), there: by(), id: undefined },
    { here: by('nop'), there: by(), id: undefined },
    { here: by('lockd'), there: { lines: [] }, id: undefined },
    { here: null, there: by('lockd'), id: undefined },
  ])('$here and $there: $id', async ({ here, there, id, evidence }) => {
    const [finding] = await findings(locksCheck, { here, there });
    expect(finding?.id).toBe(id);
    expect(finding?.evidence).toBe(evidence && `lock_manager of qemu.conf: ${evidence}`);
  });
});

describe('TLS', () => {
  const has = (...lines: readonly string[]) => ({
    lines: ['readable qemu.conf', 'tls-directory /etc/pki/of its own', ...lines],
  });
  const files = (...names: readonly string[]) => names.map((name) => `tls-file ${name}.pem 644 root root`);
  const server = has(...files('ca-cert', 'server-cert', 'server-key'));
  const client = has(...files('ca-cert', 'client-cert', 'client-key'));
  const bare = has(...files('ca-cert'));
  const asking = (value: number, name = 'migrate_tls_x509_verify') => ({
    lines: [...server.lines, `qemu ${name} ${value}`],
  });
  test.each([
    { of: 'both have all', here: client, there: server, missing: [] },
    { of: 'nobody may look', here: null, there: null, missing: [] },
    { of: 'no qemu.conf', here: { lines: [] }, there: { lines: [] }, missing: [] },
    {
      of: 'a destination with nothing',
      here: client,
      there: has(),
      missing: ['beta: ca-cert.pem, server-cert.pem, server-key.pem'],
    },
    {
      of: 'a key alone',
      here: client,
      there: has(...files('ca-cert', 'server-cert')),
      missing: ['beta: server-key.pem'],
    },
    { of: 'a CA alone', here: bare, there: server, missing: ['alpha: client-cert.pem, client-key.pem'] },
    { of: 'a destination that asks for none', here: bare, there: asking(0), missing: [] },
    { of: 'none by default', here: bare, there: asking(0, 'default_tls_x509_verify'), missing: [] },
    { of: 'a destination of which that is unknown', here: bare, there: null, missing: [] },
  ])('$of', async ({ here, there, missing }) => {
    const seen = await findings(tlsCheck, { here, there, wishes: { tls: true } });
    const lacking = seen.filter(({ id }) => id === 'tls.no-files');
    expect(lacking.map(({ values }) => `${values.host}: ${values.files}`)).toEqual(missing);
    for (const { severity, values } of lacking)
      expect({ severity, directory: values.directory }).toEqual({
        severity: 'blocker',
        directory: '/etc/pki/of its own',
      });
    expect(await findings(tlsCheck, { here, there })).toEqual([]);
  });

  test.each([
    { key: '600 root root', user: 'libvirt-qemu', id: 'tls.unreadable' },
    { key: '640 root root', user: 'libvirt-qemu', id: 'tls.unreadable' },
    // Whether it is of that group is not known.
    { key: '640 root ssl', user: 'libvirt-qemu', id: 'tls.ready' },
    { key: '644 root root', user: 'libvirt-qemu', id: 'tls.ready' },
    { key: '400 libvirt-qemu root', user: 'libvirt-qemu', id: 'tls.ready' },
    { key: '600 root root', user: 'root', id: 'tls.ready' },
    { key: '600 root root', user: '+0', id: 'tls.ready' },
    { key: '600 root root', user: '+64055', id: 'tls.ready' },
    { key: '600 root root', user: null, id: 'tls.ready' },
  ])('a key that is $key, for $user: $id', async ({ key, user, id }) => {
    const own = has(...files('ca-cert', 'server-cert'), `tls-file server-key.pem ${key}`);
    const there = { lines: [...own.lines, ...(user === null ? [] : [`qemu user ${user}`])] };
    expect(await ids(tlsCheck, { there, wishes: { tls: true } })).toEqual([id]);
  });

  test('a libvirt before 6.10 asks for none by default', async () => {
    const scene = { here: bare, there: server, wishes: { tls: true } };
    expect(await ids(tlsCheck, { ...scene, libvirtVersion: 6_009_000 })).toEqual(['tls.ready', 'tls.ready']);
  });

  test('is not insisted on where it is asked for', async () => {
    const here = { lines: [...client.lines, 'qemu migrate_tls_force 1'] };
    expect(await ids(tlsCheck, { here })).toEqual(['tls.forced']);
    expect(await ids(tlsCheck, { here, wishes: { tls: true } })).toEqual(['tls.ready']);
  });
});

describe('a network of libvirt', () => {
  const nic = (portgroup: string | null): Nic => ({
    mac: '52:54:00:00:00:01',
    source: { kind: 'network', network: 'lan', portgroup },
  });
  const network = { name: 'lan', uuid: '00000000-0000-0000-0000-000000000001' };
  const has = (xml: string, active = true) => ({
    networkLookupByName: () => ({ network }),
    networkGetXmlDesc: () => ({ xml }),
    networkIsActive: () => ({ active }),
  });
  const ovs = "<network><forward mode='passthrough'/><portgroup name='vlan-42'/></network>";

  test('with the portgroup that the guest is in', async () => {
    const scene = { source: has(ovs), destination: has(ovs) };
    expect(await ids(networkCheck, { ...scene, domain: { nics: [nic('vlan-42')] } })).toEqual([
      'network.same',
    ]);
    const [finding] = await findings(networkCheck, { ...scene, domain: { nics: [nic('vlan-43')] } });
    expect(finding).toMatchObject({ id: 'network.no-portgroup', evidence: 'portgroups: vlan-42' });
  });

  test('that is NAT on both is a private one of each', async () => {
    const nat = '<network><forward/></network>';
    const scene = { source: has(nat), destination: has(nat), domain: { nics: [nic(null)] } };
    expect(await ids(networkCheck, scene)).toEqual(['network.private']);
  });

  test('where there is no driver for networks', async () => {
    const networkLookupByName = refuse(ErrorNumber.noSupport, 'not supported: virNetworkLookupByName');
    const scene = { source: has(ovs), destination: { networkLookupByName }, domain: { nics: [nic(null)] } };
    expect(await ids(networkCheck, scene)).toEqual(['network.missing']);
  });

  test('is started by its repair', async () => {
    const started: string[] = [];
    const destination = {
      ...has(ovs, false),
      networkCreate: ({ network: one }: { network: { name: string } }) => {
        started.push(one.name);
        return {};
      },
    };
    const scene = { source: has(ovs), destination, domain: { nics: [nic(null)] } };
    const [finding] = await findings(networkCheck, scene);
    expect(finding).toMatchObject({ id: 'network.inactive', fix: { automatic: true } });
    let said = '';
    const repairing: Check = {
      ...networkCheck,
      run: async (context) => {
        said = finding ? ((await networkCheck.repairs?.inactive?.(context, finding)) ?? '') : '';
        return [];
      },
    };
    await findings(repairing, scene);
    expect(started).toEqual(['lan']);
    expect(said).toBe('started the network lan on beta; to undo it: virsh net-destroy lan');
  });
});

describe('a bridge', () => {
  const nics: Nic[] = [{ mac: '52:54:00:00:00:01', source: { kind: 'bridge', bridge: 'br0' } }];
  test('of which nobody can tell whether it is there', async () => {
    const interfaceLookupByName = refuse(ErrorNumber.noSupport, 'this function is not supported');
    expect(await ids(bridgeCheck, { destination: { interfaceLookupByName }, domain: { nics } })).toEqual([]);
  });

  test('that is one of Open vSwitch has neither ports nor a MAC to look at', async () => {
    const there = { lines: ['link br0 other 1500 52:54:00:aa:00:01 1 unknown'] };
    expect(await ids(bridgeCheck, { there, domain: { nics } })).toEqual(['bridge.same']);
  });
});

test('ports: those that qemu.conf sets, and one more for disks', async () => {
  const lines = [
    'readable qemu.conf',
    'qemu migration_port_min 50000',
    'qemu migration_port_max 50001',
    'tcp C350 0A',
  ];
  expect(await ids(portsCheck, { there: { lines } })).toEqual(['ports.free']);
  const [finding] = await findings(portsCheck, { there: { lines }, wishes: { copyStorage: 'all' } });
  expect(finding).toMatchObject({
    id: 'ports.exhausted',
    values: { ports: '50000-50001', free: '1', needed: '2' },
  });
  // Without qemu.conf nobody knows which they are.
  expect(await ids(portsCheck, { there: { lines: ['tcp C350 0A'] } })).toEqual([]);
});

describe('the way', () => {
  const there = { lines: ['readable qemu.conf', 'firewall firewalld', 'tcp C03F 0A'] };
  test('a port in use is never tried', async () => {
    const tried: number[] = [];
    const reach = (_host: string, port: number) => {
      tried.push(port);
      return 'refused' as const;
    };
    expect(await ids(routeCheck, { here: { reach }, there })).toEqual(['route.open']);
    expect(tried).toEqual([49_183, 49_199, 49_214]);
  });

  test('nothing to try with is no finding', async () => {
    expect(await ids(routeCheck, { here: { reach: () => 'unknown' }, there })).toEqual([]);
  });

  test('an output chain of nftables is to blame only where nothing of the destination can be', async () => {
    const here = { reach: () => 'timeout' as const, lines: ['nft-output inet own out'] };
    const [finding] = await findings(routeCheck, {
      here,
      there: { lines: ['readable qemu.conf', 'firewall nft'] },
    });
    expect(finding).toMatchObject({
      id: 'route.denied',
      fix: {
        command: 'on alpha: nft insert rule inet own out ip daddr 10.0.0.2 tcp dport 49152-49215 accept',
      },
    });
    expect(await ids(routeCheck, { here, there })).toEqual(['route.dropped']);
    const denied = { reach: () => 'denied' as const };
    expect((await findings(routeCheck, { here: denied, there }))[0]).toMatchObject({
      id: 'route.denied',
      fix: { command: 'on alpha: iptables -I OUTPUT -d 10.0.0.2 -p tcp --dport 49152:49215 -j ACCEPT' },
    });
  });

  test('no route', async () => {
    expect(await ids(routeCheck, { here: { reach: () => 'unreachable' }, there })).toEqual([
      'route.unreachable',
    ]);
  });

  test('a host that calls itself localhost, where no address is given', async () => {
    const ref = { uri: 'qemu:///system' };
    const localhost: Check = {
      ...routeCheck,
      run: (context) => {
        const host = { ...context.destination.host, hostname: 'localhost.localdomain' };
        return routeCheck.run({ ...context, destination: { ...context.destination, host } });
      },
    };
    expect(await ids(localhost, { ref })).toEqual(['route.localhost']);
  });
});

test.each([
  {
    firewall: 'firewalld' as const,
    command:
      'firewall-cmd --permanent --add-rich-rule=\'rule family="ipv4" source address="10.0.0.1" port port="49152-49215" protocol="tcp" accept\' && firewall-cmd --reload',
  },
  { firewall: 'ufw' as const, command: 'ufw allow proto tcp from 10.0.0.1 to any port 49152:49215' },
  {
    firewall: 'iptables' as const,
    command: 'iptables -I INPUT -s 10.0.0.1 -p tcp --dport 49152:49215 -j ACCEPT',
  },
])('how to let a peer in by $firewall', ({ firewall, command }) => {
  expect(letIn({ firewall, inputChains: [] }, '10.0.0.1', { first: 49_152, last: 49_215 })).toBe(command);
});

test('every chain of nftables must let it in', () => {
  const facts = { firewall: 'nft' as const, inputChains: ['inet filter input', 'ip6 other in'] };
  expect(letIn(facts, 'fd00::1', { first: 1, last: 2 })).toBe(
    'nft insert rule inet filter input ip6 saddr fd00::1 tcp dport 1-2 accept && nft insert rule ip6 other in ip6 saddr fd00::1 tcp dport 1-2 accept',
  );
});

test('sshd matters only where ssh is used', async () => {
  const there = { lines: ['sshd Startups 1:30:2'] };
  expect(await ids(sshCheck, { there })).toEqual([]);
  const ref = { uri: 'qemu+ssh://root@10.0.0.2/system' };
  expect(await ids(sshCheck, { there, ref })).toEqual(['ssh.few-startups']);
});

test('a daemon that asks nobody', async () => {
  const ref = { uri: 'qemu+tcp://10.0.0.2/system' };
  expect(await ids(exposureCheck, { ref })).toEqual(['exposure.no-authentication']);
  expect(await ids(exposureCheck, { ref: { uri: 'qemu+tcp://127.0.0.1/system' } })).toEqual([]);
});

test('one host that may be looked at, and one that may not', async () => {
  const [finding] = await findings(shellCheck, { here: {} });
  expect(finding).toMatchObject({ id: 'shell.unseen', values: { hosts: 'beta' } });
  expect(await findings(shellCheck, { here: {}, there: {} })).toEqual([]);
});
