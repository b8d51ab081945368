import { writeFile } from 'node:fs/promises';
import { check, type Finding } from '@virt-ferry/engine';
import { hostRoot } from '@virt-ferry/lab';
import { describe, expect, test } from 'vitest';
import { addRules } from '../../src/faults/firewall.ts';
import { address, afterwards, connectTo, env, guest, lab, move, request, runners } from '../fixture.ts';
import { find, findingOf, overSsh, remedyOf, rewrite, run, seen, virshRefusal } from './over-ssh.ts';

/** The way that the guest takes from one host to the other: closed in each manner, seen, and opened by the remedy. */

const PORTS = 'tcp dport 49152-49215';

describe('a firewall on the destination', () => {
  test.each([
    { rule: 'drop', id: 'route.dropped', says: 'timeout' },
    { rule: 'reject with icmpx type port-unreachable', id: 'route.rejected', says: 'rejected' },
    { rule: 'reject with icmpx type admin-prohibited', id: 'route.rejected', says: 'rejected' },
  ])('that answers with: $rule', async ({ rule, id, says }) => {
    const moved = await guest({ host: 'alpha' });
    const undo = await addRules(lab, 'beta', { input: [`${PORTS} ${rule}`] });
    afterwards(undo);
    const wanted = seen(moved, 'alpha', 'beta');
    const report = await check(wanted, env);
    const finding = find(report, id);
    expect(finding).toMatchObject({ severity: 'blocker', evidence: expect.stringContaining(says) });
    expect(find(report, 'route.open')).toBeUndefined();
    expect((await move(wanted)).outcome.result).toBe('blocked');
    // Its kernel gives up sooner, or the test would wait for two minutes.
    await run('alpha', 'echo 1 >/proc/sys/net/ipv4/tcp_syn_retries');
    afterwards(() => run('alpha', 'echo 6 >/proc/sys/net/ipv4/tcp_syn_retries'));
    expect(await virshRefusal(wanted)).toMatch(/unable to connect to server|Failed to connect/);

    await run('beta', remedyOf(finding, 'beta'));
    expect(await findingOf(wanted, 'route.open')).toMatchObject({ severity: 'pass' });
    const { outcome } = await move(request(moved, 'alpha', 'beta', { probe: { kind: 'none' } }));
    expect(outcome).toMatchObject({ result: 'migrated' });
    expect(await runners(moved.uuid)).toEqual(['beta']);
  });

  test('that lets a part of the ports through', async () => {
    const moved = await guest({ host: 'alpha' });
    afterwards(await addRules(lab, 'beta', { input: ['tcp dport 49200-49215 drop'] }));
    expect(await findingOf(seen(moved, 'alpha', 'beta'), 'route.partly')).toMatchObject({
      severity: 'warning',
    });
  });

  test('of the source itself, for what goes out', async () => {
    const moved = await guest({ host: 'alpha' });
    await run(
      'alpha',
      `nft 'table inet own { chain out { type filter hook output priority 0; ${PORTS} drop; }; }'`,
    );
    afterwards(() => run('alpha', 'nft delete table inet own'));
    const wanted = seen(moved, 'alpha', 'beta');
    const finding = await findingOf(wanted, 'route.denied');
    expect(finding).toMatchObject({ severity: 'blocker', evidence: expect.stringContaining('timeout') });
    await run('alpha', remedyOf(finding, 'alpha'));
    expect(await findingOf(wanted, 'route.open')).toBeDefined();
    expect((await move(wanted)).outcome.result).toBe('migrated');
  });

  test('where there is none, the way is open and no port is taken', async () => {
    const moved = await guest({ host: 'alpha' });
    const report = await check(seen(moved, 'alpha', 'beta'), env);
    expect(find(report, 'route.open')?.evidence).toMatch(
      /^from alpha: port 491\d\d refused, port 49\d{3} refused/,
    );
    expect(find(report, 'ports.free')?.values).toMatchObject({ free: '64' });
    expect(find(report, 'clock.together')).toBeDefined();
    expect(find(report, 'permission.allowed')).toBeDefined();
    expect(report.verdict).toBe('ready');
  });
});

test('all ports are taken', async () => {
  const moved = await guest({ host: 'alpha' });
  const holder =
    'import signal, socket\nheld = [socket.create_server(("", port)) for port in range(49152, 49216)]\nprint("held", flush=True)\nsignal.pause()';
  await writeFile(`${await hostRoot(lab, 'beta')}/tmp/hold.py`, holder);
  await run(
    'beta',
    'python3 /tmp/hold.py >/tmp/held 2>&1 </dev/null & echo $! >/tmp/holder; until grep -q held /tmp/held; do sleep 0.05; done',
  );
  const release = () =>
    run('beta', 'p=$(cat /tmp/holder); kill $p || true; while kill -0 $p; do sleep 0.05; done 2>/dev/null');
  afterwards(release);
  const wanted = seen(moved, 'alpha', 'beta');
  expect(await findingOf(wanted, 'ports.exhausted')).toMatchObject({
    severity: 'blocker',
    evidence: '64 of them are in use, says /proc/net/tcp',
  });
  expect(await virshRefusal(wanted)).toContain(
    "Unable to find an unused port in range 'migration' (49152-49215)",
  );
  await release();
  expect(await findingOf(wanted, 'ports.free')).toBeDefined();
  expect((await move(wanted)).outcome.result).toBe('migrated');
});

describe('a name', () => {
  const named = { destination: overSsh('beta', { migrationAddress: 'beta' }) };

  test.each([
    { line: '127.0.1.1 beta', id: 'route.loopback-name' },
    { line: '', id: 'route.unknown-name' },
  ])('$id', async ({ line, id }) => {
    const moved = await guest({ host: 'alpha' });
    await rewrite('alpha', '/etc/hosts', (text) => text.replace(/^.* beta$/m, line));
    const wanted = seen(moved, 'alpha', 'beta', named);
    const finding = await findingOf(wanted, id);
    expect(finding?.severity).toBe('blocker');
    expect((await move(wanted)).outcome.result).toBe('blocked');
    await run(
      'alpha',
      remedyOf(finding, 'alpha').replace('sed -i', 'sed -i.old').replace('ADDRESS', address('beta')),
    );
    expect(await findingOf(wanted, 'route.open')).toBeDefined();
    expect((await move(wanted)).outcome.result).toBe('migrated');
  });

  test('of the peer, and its port', async () => {
    const moved = await guest({ host: 'alpha' });
    const p2p = (peerUri: string) =>
      seen(moved, 'alpha', 'beta', { drive: 'p2p', destination: overSsh('beta', { peerUri }) });
    expect(await findingOf(p2p('qemu+tcp://nowhere/system'), 'peer-reach.unknown-name')).toMatchObject({
      severity: 'blocker',
    });
    expect(await findingOf(p2p('qemu+tcp://beta:16599/system'), 'peer-reach.closed')).toMatchObject({
      severity: 'blocker',
    });
    const good = p2p('qemu+tcp://beta/system');
    expect(await findingOf(good, 'peer-reach.open')).toMatchObject({ severity: 'pass' });
    expect((await move(good)).outcome.result).toBe('migrated');
  });
});

test('an sshd that takes one connection at a time', async () => {
  const moved = await guest({ host: 'alpha' });
  const before = await findingOf(seen(moved, 'alpha', 'beta'), 'ssh.few-startups');
  expect(before).toBeUndefined();
  await rewrite('beta', '/etc/ssh/sshd_config', (text) => `${text}MaxStartups 2\n`);
  // It is only read; the running sshd goes on as it was, or this very check might be dropped.
  expect(await findingOf(seen(moved, 'alpha', 'beta'), 'ssh.few-startups')).toMatchObject({
    severity: 'warning',
    evidence: 'MaxStartups 2',
  });
});

test('a QEMU that is not root, where only root may use userfaultfd', async () => {
  const moved = await guest({ host: 'delta' });
  const wanted = seen(moved, 'delta', 'epsilon', { method: 'post-copy', commit: 'finish' });
  const sysctl = (await run('epsilon', 'cat /proc/sys/vm/unprivileged_userfaultfd')).trim();
  const report = await check(wanted, env);
  if (sysctl === '1') {
    expect(find(report, 'userfaultfd.given')).toBeDefined();
    return;
  }
  expect(find(report, 'userfaultfd.refused')).toMatchObject({
    severity: 'blocker',
    evidence: 'vm.unprivileged_userfaultfd is 0, qemu.conf names libvirt-qemu',
  });
  expect(await virshRefusal(wanted)).toMatch(/[Pp]ost-?copy|userfaultfd/);
  // The sysctl is the whole machine's. As root it is not needed:
  const asRoot = await guest({ host: 'alpha' });
  const other = seen(asRoot, 'alpha', 'beta', { method: 'post-copy', commit: 'finish' });
  expect(await findingOf(other, 'userfaultfd.given')).toBeDefined();
  expect((await move(other)).outcome.result).toBe('migrated');
});

test('a source that Ferry may only look at', async () => {
  const moved = await guest({ host: 'alpha' });
  const socket = (name: string) => async () =>
    `qemu+unix:///system?socket=${await hostRoot(lab, 'alpha')}/run/libvirt/${name}`;
  const from = async (name: string) =>
    request(moved, 'alpha', 'beta', {
      source: { name: 'alpha', uri: await socket(name)() },
      probe: { kind: 'none' },
    });
  const wanted = await from('libvirt-sock-ro');
  expect(await findingOf(wanted, 'permission.read-only')).toMatchObject({
    severity: 'blocker',
    evidence: expect.stringContaining('read only access prevents virDomainMigrateSetMaxDowntime'),
  });
  expect((await move(wanted)).outcome.result).toBe('blocked');
  // What libvirt says to a move: the very description that it would send is not given away.
  const readOnly = await env.connect(wanted.source.uri);
  try {
    const { dom } = await readOnly.domainLookupByName({ name: moved.name });
    const begun = readOnly.domainMigrateBegin3Params({ dom, params: [], flags: 1 });
    await expect(begun).rejects.toThrow('read only access prevents virDomainMigrateBegin3Params');
  } finally {
    await readOnly.close();
  }
  const remedied = await from('libvirt-sock');
  expect(await findingOf(remedied, 'permission.allowed')).toBeDefined();
  expect((await move(remedied)).outcome.result).toBe('migrated');
});

test('hosts that Ferry may not look at are named, once', async () => {
  const moved = await guest({ host: 'alpha' });
  const report = await check(request(moved, 'alpha', 'beta'), env);
  const notices = report.findings.filter(({ subject }) => subject === 'shell');
  expect(notices).toMatchObject([
    { id: 'shell.unseen', severity: 'notice', values: { hosts: 'alpha and beta' } },
  ]);
  expect(report.verdict).toBe('ready');
  expect(report.findings.filter(({ id }) => id === 'exposure.no-authentication')).toHaveLength(2);
  const alpha = await connectTo('alpha');
  expect((await alpha.authList({})).types).toEqual([0]);
});

test('a hosts file that names an ssh target shows the way', async () => {
  const moved = await guest({ host: 'alpha' });
  const hosts = ['alpha', 'beta'].map(
    (name) => `  ${name}: { uri: "qemu+tcp://${address(name)}/system", ssh: "root@${address(name)}" }\n`,
  );
  await writeFile(`${await hostRoot(lab, 'controller')}/tmp/seen.yaml`, `hosts:\n${hosts.join('')}`);
  const said = await run(
    'controller',
    `FERRY_HOSTS=/tmp/seen.yaml ferry check ${moved.name} --to beta --json`,
  );
  const report = JSON.parse(said) as { findings: { id: string }[] };
  const ids = report.findings.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['route.open', 'clock.together', 'bridge.same', 'ports.free']));
  expect(ids).not.toContain('shell.unseen');
});

test('an ssh target that lets nobody in is a notice with what ssh says', async () => {
  const moved = await guest({ host: 'alpha' });
  const hosts = `hosts:
  alpha: { uri: "qemu+tcp://${address('alpha')}/system", ssh: "nobody@${address('alpha')}" }
  beta: { uri: "qemu+tcp://${address('beta')}/system", ssh: "root@${address('beta')}" }
`;
  await writeFile(`${await hostRoot(lab, 'controller')}/tmp/closed.yaml`, hosts);
  const said = await run(
    'controller',
    `FERRY_HOSTS=/tmp/closed.yaml ferry check ${moved.name} --to beta --json`,
  );
  const { findings } = JSON.parse(said) as { findings: Finding[] };
  expect(findings.filter(({ subject }) => subject === 'shell')).toMatchObject([
    {
      id: 'shell.failed',
      severity: 'notice',
      evidence: expect.stringContaining('Permission denied'),
      fix: { command: `see why: ssh -l nobody ${address('alpha')}` },
    },
  ]);
  // Beta is looked at all the same.
  expect(findings.map(({ id }) => id)).toContain('ports.free');
});
