import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hastyEnv } from '../testing/left-open.ts';
import { shellCommand } from './command.ts';
import { parseFacts } from './facts.ts';
import { openHostShell } from './shell.ts';
import { parseSshTarget } from './ssh-target.ts';

describe('how to get a shell', () => {
  const ref = (uri: string, ssh?: string) => ({ name: 'beta', uri, ssh });
  const before = ['-a', '-x', '-T', '-e', 'none', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5'];

  test.each([
    { uri: 'qemu:///system', file: 'sh', args: ['-s'] },
    { uri: 'qemu+ssh://beta/system', file: 'ssh', args: [...before, '--', 'beta', 'sh -s'] },
    {
      uri: 'qemu+ssh://root@10.0.0.2:2222/system?keyfile=/k&no_verify=1&command=/opt/ssh',
      file: '/opt/ssh',
      args: [
        ...before,
        ...['-p', '2222', '-l', 'root', '-i', '/k', '-o', 'IdentitiesOnly=yes'],
        ...['-o', 'StrictHostKeyChecking=no', '--', '10.0.0.2', 'sh -s'],
      ],
    },
    {
      uri: 'qemu+tls://beta/system',
      ssh: 'admin@beta:2222',
      file: 'ssh',
      args: [...before, '-p', '2222', '-l', 'admin', '--', 'beta', 'sh -s'],
    },
    {
      uri: 'qemu+tls://beta/system',
      ssh: 'root@[fd00::2]',
      file: 'ssh',
      args: [...before, '-l', 'root', '--', 'fd00::2', 'sh -s'],
    },
  ])('$uri $ssh', ({ uri, ssh, file, args }) => {
    expect(shellCommand(ref(uri, ssh))).toMatchObject({ file, args });
  });

  test.each(['qemu+tcp://beta/system', 'qemu+tls://beta/system', 'qemu+unix:///system?socket=/run/beta'])(
    '%s shows no way',
    (uri) => expect(shellCommand(ref(uri))).toBeNull(),
  );

  test.each(['-oProxyCommand=x', 'a b', 'root@', '@beta', 'beta;id', "beta'", 'root@-x', 'beta:x', ''])(
    '%j is no ssh target',
    (text) => expect(parseSshTarget(text)).toBeNull(),
  );
});

test('what a host says of itself', () => {
  const facts = parseFacts([
    'user 0',
    'port br0 eth1',
    'port br0 vnet0',
    'link br0 bridge 1500 02:fe:00:00:01:01 3 up',
    'link vnet0 tap 1500 fe:54:00:78:00:01 3 unknown',
    'address br0 10.0.0.1/24',
    'address br0 fd00::1/64',
    'tcp C000 0A',
    'tcp C001 01',
    'tcp C002 06',
    'readable qemu.conf',
    'qemu user libvirt-qemu',
    'qemu user second',
    'userfaultfd 0',
    'userfaultfd-device 660 root kvm',
    'sshd startups 10:30:100',
    'daemon libvirtd 000001ffffffffff 67108864',
    'firewall nft',
    'something new',
    '',
  ]);
  expect(facts.links.get('br0')).toMatchObject({ kind: 'bridge', macIsSet: true, ports: ['eth1', 'vnet0'] });
  expect(facts.links.get('br0')?.addresses).toEqual(['10.0.0.1/24', 'fd00::1/64']);
  expect(facts.links.get('vnet0')).toMatchObject({ kind: 'tap', mtu: 1500, ports: [], addresses: [] });
  expect([...facts.busyPorts]).toEqual([49152, 49153]);
  // Of two lines for one setting libvirt reads the first (lab: settings of a host).
  expect(facts.qemuConf?.get('user')).toBe('libvirt-qemu');
  expect(facts.userfaultfdDevice).toEqual({ mode: 0o660, user: 'root', group: 'kvm' });
  expect(facts).toMatchObject({ unprivilegedUserfaultfd: false, sshStartups: 10, firewall: 'nft' });
  expect(facts.daemon).toEqual({ capabilities: 0x1ffffffffffn, lockedBytes: 67108864 });
});

test('a host that says nothing', () => {
  expect(parseFacts([])).toMatchObject({
    qemuConf: null,
    unprivilegedUserfaultfd: null,
    userfaultfdDevice: null,
    sshStartups: null,
    daemon: null,
    firewall: null,
  });
});

describe('a shell on this machine', () => {
  const open = async () => {
    const shell = await openHostShell({ file: 'sh', args: ['-s'] }, hastyEnv({ nowMs: () => Date.now() }));
    onTestFinished(() => shell.close());
    return shell;
  };

  test('what it asks of the system, and what it is asked', async () => {
    const shell = await open();
    expect(shell.facts.links.get('lo')).toMatchObject({ kind: 'other', mtu: 65536, ports: [] });
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const [clock, here, nowhere, odd, listens] = await Promise.all([
      shell.clock(),
      shell.resolve('localhost'),
      shell.resolve('no-such-host.invalid'),
      shell.resolve('$(id)'),
      shell.connect('127.0.0.1', port),
    ]);
    // The same clock: it can't be further off than asking took.
    expect(Math.abs(clock?.aheadMs ?? Number.NaN)).toBeLessThanOrEqual((clock?.uncertainMs ?? 0) + 1);
    expect(here).toContain('127.0.0.1');
    expect(nowhere).toEqual([]);
    expect(odd).toEqual([]);
    expect(listens).toBe('open');
    server.close();
    expect(await shell.connect('127.0.0.1', port)).toBe('refused');
  });

  test('what is no name and no port is not even asked for', async () => {
    const shell = await open();
    expect(await shell.connect('-x', 1)).toBe('unknown');
    expect(await shell.connect('127.0.0.1', 1.5)).toBe('unknown');
  });

  test('one that ends at once says why', async () => {
    const command = { file: 'sh', args: ['-c', 'echo "Permission denied" >&2; exit 255'] };
    await expect(openHostShell(command, hastyEnv())).rejects.toThrow('Permission denied');
    await expect(openHostShell({ file: '/nowhere', args: [] }, hastyEnv())).rejects.toThrow('ENOENT');
  });

  test('one that ends later leaves nobody waiting', async () => {
    const command = {
      file: 'sh',
      args: ['-c', 'while read -r l && [ "$l" != main ]; do :; done; echo ready; read -r one'],
    };
    const shell = await openHostShell(command, hastyEnv());
    expect(await shell.connect('127.0.0.1', 1)).toBe('unknown');
    expect(await shell.resolve('localhost')).toBeNull();
  });
});
