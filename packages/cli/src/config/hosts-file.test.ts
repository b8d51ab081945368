import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../errors.ts';
import { resolveHost } from './hosts.ts';
import { addHost, removeHost } from './hosts-edit.ts';
import { readHosts } from './hosts-file.ts';
import { hostsPath, journalPath } from './paths.ts';

function hostsFile(text?: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'ferry-hosts-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'hosts.yaml');
  if (text !== undefined) writeFileSync(path, text);
  return path;
}

describe('reading', () => {
  test('hosts are a name and a URI, or more', async () => {
    const path = hostsFile(
      'hosts:\n  alpha: qemu+tcp://a/system\n  beta: { uri: "qemu+tcp://b/system", migrationAddress: 10.0.0.2, peerUri: "qemu+tls://b/system", ssh: root@b }\n',
    );
    expect(await readHosts(path)).toEqual([
      { name: 'alpha', uri: 'qemu+tcp://a/system' },
      {
        name: 'beta',
        uri: 'qemu+tcp://b/system',
        migrationAddress: '10.0.0.2',
        peerUri: 'qemu+tls://b/system',
        ssh: 'root@b',
      },
    ]);
  });

  test.each([undefined, '', '# nothing yet\n', 'hosts:\n', 'hosts: {}\n'])(
    '%j has no hosts',
    async (text) => {
      expect(await readHosts(hostsFile(text))).toEqual([]);
    },
  );

  test.each([
    { text: 'hosts:\n  alpha: [x\n', says: /hosts\.yaml is not YAML: .* at line 3, column 1$/ },
    {
      text: 'hosts:\n  a: qemu:///system\n  a: qemu:///session\n',
      says: /is not YAML: Map keys must be unique/,
    },
    { text: 'hosts:\n  a: *nowhere\n', says: /is not YAML: Unresolved alias/ },
    { text: 'just words', says: /line 1, at the top: expected hosts: and nothing else/ },
    { text: '- a\n', says: /at the top: expected hosts:/ },
    { text: 'hosts: {}\nhsts: 1\n', says: /line 2, at hsts: expected hosts: and nothing else/ },
    { text: 'hosts: [1]\n', says: /line 1, at hosts: expected NAME: URI/ },
    { text: 'hosts:\n  a: qemu:///system\n  b: 3\n', says: /line 3, at hosts\.b: expected a libvirt URI/ },
    { text: 'hosts:\n  a: { uri: "qemu:///system", uuri: 3 }\n', says: /line 2, at hosts\.a: expected/ },
    {
      text: 'hosts:\n  a: { uri: "qemu:///system", migrationAddress: 3 }\n',
      says: /migrationAddress: to be/,
    },
    {
      text: 'hosts:\n  a: { uri: "qemu:///system", ssh: "-oX" }\n',
      says: /ssh: to be an ssh target such as/,
    },
    { text: 'hosts:\n  a b: qemu:///system\n', says: /at hosts\.a b: expected a host name of letters/ },
    { text: 'hosts:\n  __proto__: qemu:///system\n', says: /expected a host name/ },
    { text: 'hosts:\n  a: qemu+pigeon://x/system\n', says: /at hosts\.a: .*unknown transport pigeon/ },
    { text: '\u0000\u0001', says: /hosts\.yaml/ },
  ])('$text', async ({ text, says }) => {
    const reading = readHosts(hostsFile(text));
    await expect(reading).rejects.toThrow(UsageError);
    await expect(reading).rejects.toThrow(says);
  });

  test('a directory in its place', async () => {
    const path = hostsFile();
    await expect(readHosts(join(path, '..'))).rejects.toThrow(/cannot read/);
  });
});

describe('writing', () => {
  const beta = { name: 'beta', uri: 'qemu+ssh://root@b/system' };

  test('comments and order stay', async () => {
    const path = hostsFile('# mine\nhosts:\n  alpha: qemu:///system # here\n');
    expect(await addHost(path, beta)).toBe('added');
    expect(await addHost(path, { ...beta, migrationAddress: '10.9.0.2', ssh: 'root@b' })).toBe('replaced');
    expect(readFileSync(path, 'utf8')).toBe(
      '# mine\nhosts:\n  alpha: qemu:///system # here\n  beta:\n    uri: qemu+ssh://root@b/system\n    migrationAddress: 10.9.0.2\n    ssh: root@b\n',
    );
    await removeHost(path, 'beta');
    expect(readFileSync(path, 'utf8')).toBe('# mine\nhosts:\n  alpha: qemu:///system # here\n');
  });

  test.each([undefined, '', 'hosts:\n', 'hosts: {}\n', '{}\n'])('a first host goes into %j', async (text) => {
    const path = hostsFile(text);
    await addHost(path, beta);
    expect(readFileSync(path, 'utf8')).toBe('hosts:\n  beta: qemu+ssh://root@b/system\n');
  });

  test('a link stays a link, and the file keeps its mode', async () => {
    const path = hostsFile('hosts:\n');
    chmodSync(path, 0o644);
    const link = join(path, '..', 'link.yaml');
    symlinkSync(path, link);
    await addHost(link, beta);
    expect(await readHosts(path)).toEqual([beta]);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readdirSync(join(path, '..')).sort()).toEqual(['hosts.yaml', 'link.yaml']);
  });

  test('nothing is written where something is wrong', async () => {
    const path = hostsFile('hosts: [1]\n');
    await expect(addHost(path, beta)).rejects.toThrow(/at hosts/);
    await expect(addHost(path, { name: 'a b', uri: 'qemu:///system' })).rejects.toThrow(/bad host name a b/);
    const odd = { name: 'a', uri: 'qemu:///system', ssh: 'b c' };
    await expect(addHost(path, odd)).rejects.toThrow(/bad ssh target b c/);
    await expect(addHost(path, { name: 'a', uri: 'nonsense' })).rejects.toThrow(/bad libvirt URI nonsense/);
    expect(readFileSync(path, 'utf8')).toBe('hosts: [1]\n');
    await expect(removeHost(hostsFile('hosts:\n  a: qemu:///system\n'), 'b')).rejects.toThrow(
      /unknown host b: known are a;/,
    );
    await expect(addHost('/proc/ferry.yaml', beta)).rejects.toThrow(/cannot write \/proc\/ferry\.yaml/);
  });
});

test.each([
  { text: 'alpha', name: 'alpha' },
  { text: 'qemu+tcp://a/system', name: 'alpha' },
  { text: 'qemu+ssh://root@10.0.0.2/system', name: '10.0.0.2' },
  { text: 'qemu:///system', name: 'localhost' },
  { text: 'qemu+unix:///system?socket=/run/b', name: 'qemu+unix:///system?socket=/run/b' },
])('$text is called $name', async ({ text, name }) => {
  const env = { FERRY_HOSTS: hostsFile('hosts:\n  alpha: qemu+tcp://a/system\n') };
  expect(await resolveHost(text, env)).toMatchObject({ name });
});

test('a name that nobody knows', async () => {
  await expect(resolveHost('gamma', { FERRY_HOSTS: hostsFile() })).rejects.toThrow(
    /unknown host gamma: no hosts are known; add one with: ferry hosts add/,
  );
});

test('files lie where the XDG says, an empty or relative variable counting as none', () => {
  expect(hostsPath({ FERRY_HOSTS: '/h', XDG_CONFIG_HOME: '/c' })).toBe('/h');
  expect(hostsPath({ FERRY_HOSTS: '', XDG_CONFIG_HOME: '/c' })).toBe('/c/ferry/hosts.yaml');
  expect(hostsPath({ XDG_CONFIG_HOME: 'c' })).toMatch(/\/\.config\/ferry\/hosts\.yaml$/);
  expect(journalPath({ FERRY_STATE: '/s' })).toBe('/s/journal.db');
  expect(journalPath({ XDG_STATE_HOME: '/s' })).toBe('/s/ferry/journal.db');
  expect(journalPath({ XDG_STATE_HOME: '' })).toMatch(/\/\.local\/state\/ferry\/journal\.db$/);
});
