import { expect, test } from 'vitest';
import { optionsFor, ownerFor, parseExport } from './exports.ts';
import { parseShareFacts, type ShareFacts } from './facts.ts';
import type { ShareRequest } from './model.ts';
import { mountUnitOf, pathTrouble, tagOf } from './path-rules.ts';
import { type ClientFacts, planShare, type SharePlan, type ShareReach } from './plan.ts';
import { pathsBelow } from './users.ts';

const request: ShareRequest = {
  server: { name: 'alpha', uri: 'qemu+ssh://root@10.0.0.1/system' },
  clients: [{ name: 'beta', uri: 'qemu+ssh://root@10.0.0.2/system' }],
  ...{ path: '/data', mount: '/data', nfs: '4.2', mountWith: 'pool', address: null, firewall: 'open' },
};

const BARE = [
  ...['user 0', 'has systemctl', 'daemon libvirtd 11.3.0', 'hypervisor 107 107', 'within ext2/ext3'],
  ...['path missing', 'absent /data'],
];

function factsFrom(name: string, ...lines: readonly string[]): ShareFacts {
  return parseShareFacts([`machine ${name}`, ...lines, ...BARE]);
}

function client(facts: ShareFacts, change: Partial<ClientFacts> = {}): ClientFacts {
  const [ref = request.server] = request.clients;
  return { ref, facts, source: '10.0.0.2', zone: null, reach: 'refused', isMountOurs: true, ...change };
}

const fedora = ['os ID fedora', 'os VERSION_ID 43', 'has dnf'];

function plan(
  server: readonly string[],
  there: readonly string[] = fedora,
  change: Partial<ShareRequest> = {},
  more: Partial<ClientFacts> = {},
): SharePlan {
  const clients = [client(factsFrom('beta', ...there), more)];
  return planShare(
    { ...request, ...change },
    { server: factsFrom('alpha', ...server), address: '10.0.0.1', clients },
  );
}

const wordsOf = ({ steps }: SharePlan) => steps.map(({ host, thing }) => [host.name, ...thing].join(' '));

test.each([
  ['openEuler 20.03', ['os ID openEuler', 'os VERSION_ID 20.03', 'has dnf'], 'dnf', 'nfs-utils', 'nfs-utils'],
  ['openEuler 22.03', ['os ID openEuler', 'os VERSION_ID 22.03', 'has dnf'], 'dnf', 'nfs-utils', 'nfs-utils'],
  ['openEuler 24.03', ['os ID openEuler', 'os VERSION_ID 24.03', 'has dnf'], 'dnf', 'nfs-utils', 'nfs-utils'],
  ['Fedora', fedora, 'dnf', 'nfs-utils', 'nfs-utils'],
  ['Rocky', ['os ID rocky', 'os ID_LIKE rhel centos fedora', 'has dnf'], 'dnf', 'nfs-utils', 'nfs-utils'],
  ['Debian', ['os ID debian', 'os VERSION_ID 13', 'has apt-get'], 'apt', 'nfs-kernel-server', 'nfs-common'],
  ['Ubuntu', ['os ID ubuntu', 'os ID_LIKE debian', 'has apt-get'], 'apt', 'nfs-kernel-server', 'nfs-common'],
  [
    'Mint',
    ['os ID linuxmint', 'os ID_LIKE ubuntu debian', 'has apt-get'],
    'apt',
    'nfs-kernel-server',
    'nfs-common',
  ],
])('packages of %s', (_name, lines, manager, serverPackage, clientPackage) => {
  const words = wordsOf(plan(lines, lines));
  expect(words[0]).toBe(`alpha packages ${manager} ${serverPackage}`);
  expect(words).toContain(`beta packages ${manager} ${clientPackage}`);
});

test('a distribution that is not known is no hindrance where the packages are there', () => {
  const strange = ['os ID gentoo'];
  expect(plan(strange, strange).problems.map(({ id, host }) => `${host} ${id}`)).toEqual([
    'alpha unknown-distribution',
    'beta unknown-distribution',
  ]);
  const there = [...strange, 'package nfs-utils'];
  expect(plan(there, there).problems).toEqual([]);
});

const RULE = 'rule family="ipv4" source address="10.0.0.2" port port="2049" protocol="tcp" accept';

test.each([
  ['none', [], []],
  ['nftables with nothing closed', ['has nft', 'nft-input inet filter input open'], []],
  [
    'firewalld',
    ['firewall firewalld', 'nft-input inet firewalld filter_INPUT closed'],
    [`firewalld internal ${RULE}`],
  ],
  ['ufw', ['firewall ufw', 'iptables closed'], ['ufw 10.0.0.2 2049 tcp ferry-data']],
  [
    'nftables',
    ['nft-input inet filter input closed', 'service nftables enabled active'],
    ['nft inet filter input 10.0.0.2 2049 tcp ferry-data', 'file', 'service'],
  ],
  [
    'iptables over nftables',
    [
      ...['iptables nft', 'iptables closed', 'nft-input ip filter INPUT closed'],
      'service netfilter-persistent enabled active',
    ],
    ['iptables 10.0.0.2 2049 tcp ferry-data', 'file', 'service'],
  ],
  [
    'iptables of openEuler',
    ['iptables closed', 'service iptables enabled active'],
    ['iptables 10.0.0.2 2049 tcp ferry-data', 'file', 'service'],
  ],
])('firewall: %s', (_name, lines, opened) => {
  const { steps, problems } = plan([...fedora, ...lines], fedora, {}, { zone: 'internal' });
  expect(problems).toEqual([]);
  const server = steps.filter(({ host }) => host.name === 'alpha');
  const at = server.findIndex(({ thing }) => thing[1] === 'nfs-server');
  const said = server
    .slice(
      at + 1,
      server.findIndex(({ id }) => id === 'exports-directory'),
    )
    .map(({ thing }) => (/^(file|service)$/.test(thing[0]) ? thing[0] : thing.join(' ')));
  expect(said).toEqual(opened);
  const units = server.filter(({ id }) => id === 'firewall-file');
  for (const { thing } of units)
    expect(thing[2]).toMatch(
      /^ExecStart=\/usr\/sbin\/(nft insert rule|iptables -w -I INPUT) .*10\.0\.0\.2.*2049.*ferry-data/m,
    );
});

test('a firewall that is closed and that nobody manages is left alone, and said', () => {
  for (const lines of [['nft-input inet filter input closed'], ['iptables closed']]) {
    const { steps, problems } = plan([...fedora, ...lines]);
    expect(steps).toEqual([]);
    expect(problems.map(({ id, remedy }) => [id, remedy])).toEqual([
      ['firewall-nobody', 'open TCP port 2049 there for 10.0.0.2 yourself, then say: --firewall keep'],
    ]);
    expect(plan([...fedora, ...lines], fedora, { firewall: 'keep' }).problems).toEqual([]);
  }
});

test('version 3 needs more ports, and has them fixed where a firewall is to be opened', () => {
  const words = wordsOf(plan([...fedora, 'firewall ufw'], fedora, { nfs: '3' }));
  for (const port of [2049, 111, 20048, 32765, 32803])
    expect(words.some((word) => word.startsWith(`alpha ufw 10.0.0.2 ${port} tcp`))).toBe(true);
  expect(words.some((word) => word.startsWith('alpha ports /etc/nfs.conf.d/ferry-data.conf'))).toBe(true);
  expect(words).toContain('alpha service rpcbind.socket enabled active');
});

test.each([
  ['Enforcing', true],
  ['Permissive', true],
  ['Disabled', false],
])('SELinux %s', (mode, isSet) => {
  const words = wordsOf(plan(fedora, [...fedora, `selinux ${mode}`]));
  expect(words.includes('beta boolean virt_use_nfs on')).toBe(isSet);
});

test.each([
  ['pool', ['pool ferry-data 10.0.0.1 /data /data 4.2']],
  ['systemd', ['file /etc/systemd/system/data.mount', 'service data.mount enabled active']],
  ['fstab', ['line /etc/fstab', 'mounted /data']],
] as const)('mounted with %s', (mountWith, said) => {
  const words = wordsOf(plan(fedora, fedora, { mountWith })).filter((word) => word.startsWith('beta'));
  expect(words.slice(-said.length).map((word, at) => word.slice(5).startsWith(said[at] ?? '?'))).toEqual(
    said.map(() => true),
  );
});

test('what was there before is what the undo brings back', () => {
  const there = parseShareFacts([
    ...['machine alpha', 'user 0', 'has systemctl', ...fedora, 'package nfs-utils', 'hypervisor 107 107'],
    ...['service nfs-server disabled inactive', 'path directory', 'owner 0 0 755', 'within xfs'],
  ]);
  const { steps } = planShare(request, {
    ...{ server: there, address: '10.0.0.1', clients: [client(factsFrom('beta', ...fedora))] },
  });
  const undo = (id: string) => steps.find((step) => step.id === id)?.undo;
  expect(undo('owner')).toEqual([['owner', '/data', '0', '0', '755']]);
  expect(undo('service')).toEqual([['off', 'nfs-server', 'disabled', 'inactive']]);
  // Units that were there are not the packages' doing.
  expect(undo('packages')).toContainEqual(['off', 'rpcbind.socket', 'disabled', 'inactive']);
  expect(undo('packages')?.map(([, name]) => name)).not.toContain('nfs-server');
});

test.each<[string, string, readonly string[], readonly string[], Partial<ClientFacts>]>([
  ['not-root', 'alpha', ['user 1000'], [], {}],
  ['path-link', 'alpha', ['path link'], [], {}],
  ['path-not-directory', 'alpha', ['path other'], [], {}],
  ['path-filesystem', 'alpha', ['within nfs'], [], {}],
  ['path-filesystem', 'alpha', ['within tmpfs'], [], {}],
  ['exported-otherwise', 'alpha', ['export /etc/exports /data *(rw,no_root_squash)'], [], {}],
  ['exported-otherwise', 'alpha', ['export /etc/exports.d/mine.exports "/data" 10.0.0.0/24(ro)'], [], {}],
  ['path-mounted', 'beta', [], ['path directory', 'mounted xfs /dev/sdb1'], {}],
  ['path-mounted', 'beta', [], ['path directory', 'mounted nfs4 10.0.0.9:/data'], {}],
  ['path-in-fstab', 'beta', [], ['boot /dev/sdb1 xfs'], {}],
  ['mount-not-empty', 'beta', [], ['path directory', 'holds something'], {}],
  ['same-host', 'beta', [], ['machine alpha'], {}],
  ['unreachable', 'beta', [], [], { reach: 'unreachable' }],
  ['unreachable', 'beta', [], [], { source: null }],
  ['unresolved', 'beta', [], [], { reach: 'unresolved' }],
  ['filtered', 'beta', [], [], { reach: 'timeout' }],
])('%s on %s is said, and nothing is done', (id, host, server, there, more) => {
  const facts = (name: string, lines: readonly string[]) =>
    parseShareFacts([...lines, `machine ${name}`, ...fedora, ...BARE]);
  const sighted = {
    ...{ server: facts('alpha', server), address: '10.0.0.1' },
    clients: [client(facts('beta', there), more)],
  };
  const { steps, problems } = planShare(request, sighted);
  expect(problems.map((one) => `${one.host} ${one.id}`)).toEqual([`${host} ${id}`]);
  expect(problems[0]?.message).not.toMatch(/[{}\n]/);
  expect(steps).toEqual([]);
});

test('a client without libvirt mounts otherwise', () => {
  const facts = parseShareFacts([
    'machine beta',
    ...fedora,
    ...BARE.filter((line) => !line.startsWith('daemon')),
  ]);
  const sighted = { server: factsFrom('alpha', ...fedora), address: '10.0.0.1', clients: [client(facts)] };
  expect(planShare(request, sighted).problems.map(({ id }) => id)).toEqual(['no-libvirt']);
  expect(planShare({ ...request, mountWith: 'fstab' }, sighted).problems).toEqual([]);
});

test('a server whose URI has no address', () => {
  const sighted = {
    server: factsFrom('alpha', ...fedora),
    address: null,
    clients: [client(factsFrom('beta', ...fedora))],
  };
  expect(planShare(request, sighted).problems.map(({ id }) => id)).toEqual(['no-address']);
});

test.each<[ShareReach]>([['open'], ['refused'], ['timeout'], ['unknown']])(
  'an answer of %s is none to wait for where the firewall is opened',
  (reach) => {
    expect(plan([...fedora, 'firewall firewalld'], fedora, {}, { reach }).problems).toEqual([]);
  },
);

test('a mount that is there and is not ours is left', () => {
  const there = ['path directory', 'mounted nfs4 10.0.0.1:/data'];
  const facts = parseShareFacts([...there, 'machine beta', ...fedora, ...BARE]);
  const sighted = {
    ...{ server: factsFrom('alpha', ...fedora), address: '10.0.0.1' },
    clients: [client(facts, { isMountOurs: false })],
  };
  const { steps, problems } = planShare(request, sighted);
  expect(problems.map(({ id }) => id)).toEqual(['mount-not-ours']);
  expect(steps.some(({ id }) => id === 'pool')).toBe(false);
});

test.each<[string, readonly string[], readonly string[], readonly string[]]>([
  [
    'is told',
    ['daemon libvirtd 11.3.0'],
    ['line /etc/libvirt/qemu.conf shared_filesystems = [ "/data" ]', 'reread /etc/libvirt/qemu.conf'],
    [],
  ],
  ['is told from 10.7 on', ['daemon virtqemud 10.7.0'], ['line', 'reread'], []],
  ['before 10.7 it cannot be told', ['daemon libvirtd 10.6.0'], [], ['alpha owner-taken-back']],
  ['nor where it does not say which it is', ['daemon libvirtd'], [], ['alpha owner-taken-back']],
  ['knows', ['daemon libvirtd 11.3.0', 'qemu shared_filesystems [ "/x", "/data" ]'], [], []],
  [
    'knows others',
    ['daemon libvirtd 11.3.0', 'qemu shared_filesystems [ "/x" ]'],
    [],
    ['alpha owner-taken-back-set'],
  ],
  ['sets no owners', ['daemon libvirtd 6.2.0', 'qemu dynamic_ownership 0'], [], []],
  ['is not there', [], [], []],
])('that the directory is shared, the libvirt of the server %s', (_name, lines, said, problems) => {
  const bare = BARE.filter((line) => !line.startsWith('daemon'));
  const server = parseShareFacts(['machine alpha', ...fedora, ...lines, ...bare]);
  const sighted = { server, address: '10.0.0.1', clients: [client(factsFrom('beta', ...fedora))] };
  const planned = planShare(request, sighted);
  const words = wordsOf(planned).filter((word) => /^alpha (line|reread) /.test(word));
  expect(words.map((word, at) => word.startsWith(`alpha ${said[at]}`))).toEqual(said.map(() => true));
  expect(
    planned.problems.map(({ id, host, severity }) => `${host} ${id}${severity === 'blocker' ? '!' : ''}`),
  ).toEqual(problems);
});

test('one owner for all, never root', () => {
  const [qemu, debian, root] = [107, 64055, 0].map((id) => ({ uid: id, gid: id }));
  expect(ownerFor([null, qemu ?? null, debian ?? null], null)).toEqual(qemu);
  expect(ownerFor([qemu ?? null, debian ?? null], { uid: 64055 })).toEqual(debian);
  expect(ownerFor([root ?? null, null], { uid: 0 })).toEqual({ uid: 65534, gid: 65534 });
  expect(optionsFor({ uid: 107, gid: 107 }, { uid: 107, gid: 36 })).toContain('root_squash');
  expect(optionsFor({ uid: 107, gid: 107 }, { uid: 64055, gid: 64055 })).toContain('all_squash');
  for (const uid of [0, 107, 64055])
    expect(optionsFor({ uid: 107, gid: 107 }, { uid, gid: uid }).join()).not.toContain('no_root_squash');
});

test.each([
  ['/data *(rw)', '/data', [{ host: '*', options: ['rw'] }]],
  [
    '/data a(rw,sync) b',
    '/data',
    [
      { host: 'a', options: ['rw', 'sync'] },
      { host: 'b', options: [] },
    ],
  ],
  ['"/my data" 10.0.0.0/24(ro)', '/my data', [{ host: '10.0.0.0/24', options: ['ro'] }]],
  ['/my\\040data @group(rw)', '/my data', [{ host: '@group', options: ['rw'] }]],
  [
    '/data -ro,sync a b(rw)',
    '/data',
    [
      { host: 'a', options: ['ro', 'sync'] },
      { host: 'b', options: ['ro', 'sync', 'rw'] },
    ],
  ],
  ['/data', '/data', [{ host: '*', options: [] }]],
  ['/data (rw)', '/data', [{ host: '*', options: ['rw'] }]],
])('exports(5): %s', (line, path, to) => {
  expect(parseExport(line)).toEqual({ path, to });
});

test.each([
  ['/data', null],
  ['/srv/vm-images_2', null],
  ['/var/lib/libvirt/images', null],
  ['data', 'is not absolute'],
  ['', 'is not absolute'],
  ['/', 'is the root'],
  ['/da ta', 'has a character'],
  ['/data;reboot', 'has a character'],
  ["/da'ta", 'has a character'],
  ['/数据', 'has a character'],
  ['/da\nta', 'has a character'],
  ['/-data', 'has a character'],
  ['/data/', 'is not plain'],
  ['//data', 'is not plain'],
  ['/data/../etc', 'is not plain'],
  ['/etc', "is one of the system's own"],
  ['/usr/share/x', "is one of the system's own"],
  ['/var/lib/libvirt', "is one of the system's own"],
  [`/${'a'.repeat(120)}`, 'is longer'],
])('the path %j', (path, trouble) => {
  const said = pathTrouble(path);
  if (trouble === null) expect(said).toBeNull();
  else expect(said).toContain(trouble);
});

test('no two paths have one tag', () => {
  const paths = ['/a/b', '/a-b', '/a--b', '/a-/b', '/a/b-c', '/a-b/c', '/a@b', '/a_64b', '/a+b'];
  expect(new Set(paths.map(tagOf)).size).toBe(paths.length);
  expect(mountUnitOf('/srv/vm-images')).toBe('srv-vm\\x2dimages.mount');
});

test('a path that a domain names anywhere below the directory is in use', () => {
  const xml = (inner: string) => `<domain><name>web</name><devices>${inner}</devices></domain>`;
  const disk = xml('<disk type="file"><source file="/data/web.qcow2"/></disk>');
  expect(pathsBelow('/data', disk, 'web')).toEqual(['/data/web.qcow2']);
  const backing = xml(
    '<disk><source file="/x"/><backingStore><source file="/data/base"/></backingStore></disk>',
  );
  expect(pathsBelow('/data', backing, 'web')).toEqual(['/data/base']);
  const volume = xml('<disk type="volume"><source pool="ferry-data" volume="web"/></disk>');
  expect(pathsBelow('/data', volume, 'web')).toEqual(['ferry-data/web']);
  expect(pathsBelow('/data', '<domain><os><nvram>/data/vars.fd</nvram></os></domain>', 'web')).toEqual([
    '/data/vars.fd',
  ]);
  expect(pathsBelow('/data', xml('<disk><source file="/database/web"/></disk>'), 'web')).toEqual([]);
});
