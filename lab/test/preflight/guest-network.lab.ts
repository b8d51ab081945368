import { check, type Finding } from '@virt-ferry/engine';
import { type Guest, restartService } from '@virt-ferry/lab';
import { describe, expect, test } from 'vitest';
import { afterwards, connectTo, env, guest, host, lab, move, request, runners } from '../fixture.ts';
import { findingOf, remedyOf, restartAs, run, seen, virshRefusal } from './over-ssh.ts';

/** What a guest is plugged into, on both hosts: taken away, made different, and mended as the finding says. */

let count = 0;
/** A bridge with one port, a cable end that leads nowhere, as long as the test. */
async function bridge(on: string, name: string, port = 'up0'): Promise<void> {
  const cable = `${port}x${++count}`;
  await run(
    on,
    `ip link add ${port} type veth peer name ${cable}; ip link set ${port} up; ip link set ${cable} up`,
  );
  afterwards(() => run(on, `ip link del ${port}`));
  await run(
    on,
    `ip link add ${name} type bridge; ip link set ${name} up; ip link set ${port} master ${name}`,
  );
  afterwards(() => run(on, `ip link del ${name} 2>/dev/null || true`));
}

/** A guest on alpha that is plugged into something else than the lab's own bridge. */
async function guestOn(source: string): Promise<Guest> {
  const moved = await guest({ host: 'alpha' });
  await restartAs(moved, 'alpha', (xml) =>
    xml
      .replace(/<interface type='bridge'>/, source.split('|')[0] ?? '')
      .replace(/<source bridge='br0'\/>/, source.split('|')[1] ?? ''),
  );
  return moved;
}
const onBridge = (name: string) => guestOn(`<interface type='bridge'>|<source bridge='${name}'/>`);
const onNetwork = (name: string) => guestOn(`<interface type='network'>|<source network='${name}'/>`);

async function expectMoves(moved: Guest): Promise<void> {
  const { outcome } = await move(request(moved, 'alpha', 'beta', { probe: { kind: 'none' } }));
  expect(outcome).toMatchObject({ result: 'migrated' });
  expect(await runners(moved.uuid)).toEqual(['beta']);
}

function id({ id: one }: Finding): string {
  return one;
}

describe('a bridge', () => {
  test.each([
    { seenBy: 'the system of the host', wanted: (moved: Guest) => seen(moved, 'alpha', 'beta') },
    {
      seenBy: 'libvirt alone',
      wanted: (moved: Guest) => request(moved, 'alpha', 'beta', { probe: { kind: 'none' } }),
    },
  ])('that the destination lacks, seen by $seenBy', async ({ wanted }) => {
    await bridge('alpha', 'br7');
    const moved = await onBridge('br7');
    const finding = await findingOf(wanted(moved), 'bridge.missing');
    expect(finding?.severity).toBe('blocker');
    const { outcome } = await move(wanted(moved));
    expect(outcome.result).toBe('blocked');
    expect(await virshRefusal(wanted(moved))).toContain("Cannot get interface MTU on 'br7': No such device");

    await run('beta', 'ip link add up0 type veth peer name up1; ip link set up0 up; ip link set up1 up');
    afterwards(() => run('beta', 'ip link del up0'));
    await run('beta', remedyOf(finding, 'beta').replace('DEVICE', 'up0'));
    afterwards(() => run('beta', 'ip link del br7'));
    expect(await findingOf(wanted(moved), 'bridge.missing')).toBeUndefined();
    expect(await findingOf(wanted(moved), 'bridge.same')).toBeDefined();
    await expectMoves(moved);
  });

  test('with a smaller MTU there', async () => {
    await bridge('alpha', 'br7');
    await bridge('beta', 'br7');
    await run('beta', 'ip link set up0 mtu 1400; ip link set br7 mtu 1400');
    const moved = await onBridge('br7');
    const finding = await findingOf(seen(moved, 'alpha', 'beta'), 'bridge.mtu-lower');
    expect(finding).toMatchObject({ severity: 'warning', evidence: 'MTU 1500 on alpha, 1400 on beta' });
    await run('beta', remedyOf(finding, 'beta'));
    const report = await check(seen(moved, 'alpha', 'beta'), env);
    expect(report.findings.map(id)).not.toContain('bridge.mtu-lower');
    await expectMoves(moved);
  });

  test('with a larger MTU there', async () => {
    await bridge('alpha', 'br7');
    await bridge('beta', 'br7');
    await run('beta', 'ip link set up0 mtu 9000; ip link set br7 mtu 9000');
    const moved = await onBridge('br7');
    expect(await findingOf(seen(moved, 'alpha', 'beta'), 'bridge.mtu-higher')).toMatchObject({
      severity: 'notice',
    });
  });

  test('in another network there', async () => {
    await bridge('alpha', 'br7');
    await bridge('beta', 'br7');
    await run('alpha', 'ip addr add 10.79.1.1/24 dev br7; ip addr add fd79:1::1/64 dev br7');
    await run('beta', 'ip addr add 10.79.2.1/24 dev br7');
    const moved = await onBridge('br7');
    const wanted = seen(moved, 'alpha', 'beta');
    expect(await findingOf(wanted, 'bridge.other-segment')).toMatchObject({
      severity: 'warning',
      evidence: 'alpha has 10.79.1.1/24, fd79:1::1/64 on it, beta 10.79.2.1/24',
    });
    await run('beta', 'ip addr add fd79:1::2/64 dev br7');
    expect(await findingOf(wanted, 'bridge.same')).toMatchObject({
      evidence: expect.stringContaining('in one network: alpha has 10.79.1.1/24'),
    });
    await run('beta', 'ip addr del fd79:1::2/64 dev br7; ip addr del 10.79.2.1/24 dev br7');
    expect((await findingOf(wanted, 'bridge.same'))?.evidence).not.toContain('network');
    await expectMoves(moved);
  });

  test('that leads nowhere there', async () => {
    await bridge('alpha', 'br7');
    await bridge('beta', 'br7');
    await run('beta', 'ip link set up0 nomaster');
    const moved = await onBridge('br7');
    const finding = await findingOf(seen(moved, 'alpha', 'beta'), 'bridge.isolated');
    expect(finding).toMatchObject({ severity: 'warning', evidence: 'ports on beta: none' });
    await run('beta', remedyOf(finding, 'beta').replace('DEVICE', 'up0'));
    expect(await findingOf(seen(moved, 'alpha', 'beta'), 'bridge.isolated')).toBeUndefined();
  });

  test('whose MAC the guest would lower', async () => {
    await bridge('alpha', 'br7');
    await bridge('beta', 'br7');
    // Higher than any tap of libvirt, which begins with fe.
    await run('beta', 'ip link set dev up0 address fe:ff:ff:00:00:01');
    const moved = await onBridge('br7');
    const wanted = seen(moved, 'alpha', 'beta');
    const finding = await findingOf(wanted, 'bridge.mac-follows');
    expect(finding?.severity).toBe('warning');
    const macOf = async () => (await run('beta', 'cat /sys/class/net/br7/address')).trim();
    expect(await macOf()).toBe('fe:ff:ff:00:00:01');
    // This is what it warns of.
    await expectMoves(moved);
    expect(await macOf()).toMatch(/^fe:54:00:78:/);
    const back = await move(request(moved, 'beta', 'alpha', { probe: { kind: 'none' } }));
    expect(back.outcome.result).toBe('migrated');

    await run('beta', remedyOf(finding, 'beta'));
    expect(await findingOf(wanted, 'bridge.mac-follows')).toBeUndefined();
    await expectMoves(moved);
    expect(await macOf()).toBe('fe:ff:ff:00:00:01');
  });

  test('that is alike on both is a pass', async () => {
    const moved = await guest({ host: 'alpha' });
    const { findings } = await check(seen(moved, 'alpha', 'beta'), env);
    expect(findings.filter(({ subject }) => subject === 'bridge').map(id)).toEqual(['bridge.same']);
  });
});

describe('a network of libvirt', () => {
  const xml = (mode: string) =>
    `<network><name>lan</name><forward mode='${mode}'/>${mode === 'bridge' ? "<bridge name='br0'/>" : ''}</network>`;
  async function define(on: string, how: 'active' | 'inactive', mode = 'bridge'): Promise<void> {
    const connection = await connectTo(on);
    const { network } = await connection.networkDefineXml({ xml: xml(mode) });
    afterwards(() => run(on, 'virsh net-destroy lan; virsh net-undefine lan; true'));
    if (how === 'active') await connection.networkCreate({ network });
  }

  test('that the destination lacks', async () => {
    await define('alpha', 'active');
    const moved = await onNetwork('lan');
    const wanted = request(moved, 'alpha', 'beta', { probe: { kind: 'none' } });
    const finding = await findingOf(wanted, 'network.missing');
    expect(finding?.severity).toBe('blocker');
    expect(await virshRefusal(seen(moved, 'alpha', 'beta'))).toContain("no network with matching name 'lan'");
    // The remedy: the description from alpha, defined and started on beta.
    await define('beta', 'active');
    expect(await findingOf(wanted, 'network.same')).toMatchObject({ severity: 'pass' });
    await expectMoves(moved);
  });

  test('that is not started there, and is by the remedy', async () => {
    await define('alpha', 'active');
    await define('beta', 'inactive');
    const moved = await onNetwork('lan');
    const wanted = request(moved, 'alpha', 'beta', { probe: { kind: 'none' } });
    const finding = await findingOf(wanted, 'network.inactive');
    expect(finding).toMatchObject({ severity: 'blocker', fix: { automatic: true } });
    expect(await virshRefusal(seen(moved, 'alpha', 'beta'))).toContain("network 'lan' is not active");
    await run('beta', remedyOf(finding, 'beta'));
    expect(await findingOf(wanted, 'network.same')).toBeDefined();
    await expectMoves(moved);
  });

  test('on a bridge that is not there', async () => {
    await define('alpha', 'active');
    await define('beta', 'active');
    await run(
      'beta',
      "virsh net-dumpxml lan | sed 's/br0/br8/' >/tmp/lan.xml; virsh net-destroy lan; virsh net-define /tmp/lan.xml; virsh net-start lan",
    );
    const moved = await onNetwork('lan');
    const wanted = seen(moved, 'alpha', 'beta');
    const finding = await findingOf(wanted, 'network.no-bridge');
    expect(finding?.severity).toBe('blocker');
    expect(await virshRefusal(seen(moved, 'alpha', 'beta'))).toContain(
      "Cannot get interface MTU on 'br8': No such device",
    );
    await run('beta', 'ip link add up0 type veth peer name up1; ip link set up0 up');
    afterwards(() => run('beta', 'ip link del up0'));
    await run('beta', remedyOf(finding, 'beta').replace('DEVICE', 'up0'));
    afterwards(() => run('beta', 'ip link del br8'));
    expect(await findingOf(wanted, 'network.no-bridge')).toBeUndefined();
    await expectMoves(moved);
  });

  test('which is a private one of each host, or another than here', async () => {
    await define('alpha', 'active');
    const connection = await connectTo('beta');
    await connection.networkDefineXml({ xml: "<network><name>lan</name><bridge name='virbr7'/></network>" });
    // libvirt leaves chains of its own behind an isolated network, and makes them once in a daemon's life.
    afterwards(() => restartService(lab, 'beta', 'libvirtd'));
    afterwards(() => run('beta', 'virsh net-destroy lan; virsh net-undefine lan; nft flush ruleset'));
    await run('beta', 'virsh net-start lan');
    const moved = await onNetwork('lan');
    const { findings } = await check(request(moved, 'alpha', 'beta', { source: host('alpha') }), env);
    expect(findings.map(id)).toEqual(expect.arrayContaining(['network.differs', 'network.private']));
  });
});

test('a device that a guest sits on directly', async () => {
  await run('alpha', 'ip link add up0 type veth peer name up1; ip link set up0 up; ip link set up1 up');
  afterwards(() => run('alpha', 'ip link del up0'));
  const moved = await guestOn("<interface type='direct'>|<source dev='up0' mode='bridge'/>");
  const finding = await findingOf(seen(moved, 'alpha', 'beta'), 'direct.missing');
  expect(finding?.severity).toBe('blocker');
  expect(await virshRefusal(seen(moved, 'alpha', 'beta'))).toMatch(/up0/);
  await run(
    'beta',
    'ip link add up5 type veth peer name up1; ip link set dev up5 name up0; ip link set up0 up; ip link set up1 up',
  );
  afterwards(() => run('beta', 'ip link del up0'));
  expect(await findingOf(seen(moved, 'alpha', 'beta'), 'direct.there')).toBeDefined();
  await expectMoves(moved);
});
