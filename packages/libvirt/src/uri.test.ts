import { describe, expect, test } from 'vitest';
import { LibvirtError } from './errors.ts';
import { sshArguments } from './transport/ssh.ts';
import { parseUri } from './uri.ts';

const env = { XDG_RUNTIME_DIR: '/run/user/1000' };

test.each([
  {
    uri: 'qemu:///system',
    target: {
      transport: 'unix',
      name: 'qemu:///system',
      sockets: ['/var/run/libvirt/libvirt-sock', '/var/run/libvirt/virtqemud-sock'],
    },
  },
  {
    uri: 'qemu:///session',
    target: {
      transport: 'unix',
      sockets: ['/run/user/1000/libvirt/libvirt-sock', '/run/user/1000/libvirt/virtqemud-sock'],
    },
  },
  { uri: 'qemu+unix:///system?socket=/tmp/a%20b', target: { transport: 'unix', sockets: ['/tmp/a b'] } },
  {
    uri: 'qemu:///system?mode=direct',
    target: { transport: 'unix', sockets: ['/var/run/libvirt/virtqemud-sock'] },
  },
  { uri: 'test:///default', target: { transport: 'unix', name: 'test:///default' } },
  {
    uri: 'qemu+tcp://10.0.0.2/system',
    target: { transport: 'tcp', host: '10.0.0.2', port: 16509, name: 'qemu:///system' },
  },
  { uri: 'qemu+tcp://[fd00::2]:1234/system', target: { transport: 'tcp', host: 'fd00::2', port: 1234 } },
  { uri: 'qemu://beta/system', target: { transport: 'tls', host: 'beta', port: 16514, verify: true } },
  {
    uri: 'qemu+tls://beta/system?no_verify=1&pkipath=/p',
    target: {
      transport: 'tls',
      verify: false,
      certificates: [{ ca: '/p/cacert.pem', directory: '/p', key: '/p/clientkey.pem' }],
    },
  },
  {
    uri: 'qemu+ssh://root@9.13.7.124/system',
    target: {
      transport: 'ssh',
      user: 'root',
      host: '9.13.7.124',
      port: null,
      proxy: 'auto',
      name: 'qemu:///system',
    },
  },
  {
    uri: 'qemu+ssh://u%40x@h:2222/system?keyfile=/k+1&no_verify=1&no_tty=1',
    target: { transport: 'ssh', user: 'u@x', port: 2222, keyfile: '/k+1', verify: false, tty: false },
  },
  { uri: 'qemu+ssh://h/system?socket=/s', target: { transport: 'ssh', proxy: 'netcat', socket: '/s' } },
  { uri: 'qemu+ssh://h/system?name=qemu:///session', target: { name: 'qemu:///session' } },
  { uri: 'esx+tcp://h/?transport=http', target: { name: 'esx:///?transport=http' } },
])('$uri', ({ uri, target }) => {
  expect(parseUri(uri, env)).toMatchObject(target);
});

test.each([
  'beta',
  '',
  'qemu',
  'qemu:/system',
  'qemu+tcp:///system',
  'qemu+ssh:///system',
  'qemu+unix://host/system',
  'qemu+carrier-pigeon://h/system',
  'qemu+ssh://h/system?proxy=maybe',
  'qemu:///system?socket=%zz',
  'qemu+tcp://h:99999/system',
  'qemu+tls://h/system?tls_priority=NORMAL',
])('%j is refused with a typed error', (uri) => {
  expect(() => parseUri(uri, env)).toThrow(LibvirtError);
});

describe('ssh', () => {
  const args = (uri: string) => {
    const target = parseUri(uri);
    if (target.transport !== 'ssh') throw new Error('not ssh');
    return sshArguments(target);
  };

  test('options become arguments', () => {
    expect(args('qemu+ssh://root@h:2222/system?keyfile=/k&no_tty=1').slice(0, -1)).toEqual([
      '-p',
      '2222',
      '-l',
      'root',
      '-i',
      '/k',
      '-o',
      'IdentitiesOnly=yes',
      '-o',
      'BatchMode=yes',
      '-T',
      '-e',
      'none',
      '--',
      'h',
    ]);
  });

  test('a host that looks like an option stays a host', () => {
    const all = args('qemu+ssh://-oProxyCommand=x/system');
    expect(all.indexOf('--')).toBe(all.length - 3);
    expect(all.at(-2)?.toLowerCase()).toBe('-oproxycommand=x');
  });

  test.each([
    "qemu+ssh://h/system?socket=/tmp/x'; touch /tmp/owned; '",
    "qemu+ssh://h/system?netcat=nc'; touch /tmp/owned; '",
    "qemu+ssh://h/$(touch /tmp/owned)'`id`?proxy=native",
  ])('nothing of %s reaches the remote shell unquoted', (uri) => {
    const command = args(uri).at(-1) ?? '';
    // Taking out everything that is quoted, once for the outer shell and once for the inner one, leaves our own words.
    const outer = command.replace(/'[^']*'|\\'/g, '');
    expect(outer.trim()).toBe('sh -c');
  });
});
