import type { Changes } from '@virt-ferry/engine';
import { queryGuest } from '@virt-ferry/lab';
import { XmlFlag } from '@virt-ferry/libvirt';
import { describe, expect, test } from 'vitest';
import { idsIn } from './disks/chains.ts';
import { afterwards, connectTo, guest, lab, move, request, runners } from './fixture.ts';
import { directoryOn, guestWith, inHost } from './preflight/scene.ts';

/** What a guest uses goes by other names on the destination. */

const nothing: Changes = { paths: [], networks: [], bridges: [], pool: null };
const plain = { copyStorage: 'auto', probe: { kind: 'none' } } as const;
const images = '/var/lib/libvirt/images';

/** What the destination now calls it, running and when it is started again. */
async function descriptionsOn(host: string, uuid: string): Promise<string[]> {
  const connection = await connectTo(host);
  const { dom } = await connection.domainLookupByUuid({ uuid });
  return Promise.all(
    [0, XmlFlag.inactive].map(async (flags) => (await connection.domainGetXmlDesc({ dom, flags })).xml),
  );
}

describe.each(['direct', 'p2p'] as const)('%s', (drive) => {
  test('a disk is copied into the pool that the user names', async () => {
    const fast = '/var/lib/ferry-fast';
    await directoryOn(fast, 'beta');
    await inHost('beta', 'virsh', 'pool-create-as', 'fast', 'dir', '--target', fast);
    afterwards(() => inHost('beta', 'virsh', 'pool-destroy', 'fast'));
    const moved = await guest({ host: 'alpha', disk: 'local' });
    const changes = { ...nothing, pool: 'fast' };
    const { outcome, events } = await move(request(moved, 'alpha', 'beta', { ...plain, drive, changes }));
    expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
    expect(idsIn(events)).toContain('changes.made');
    const path = (moved.diskPath ?? '').replace(images, fast);
    for (const xml of await descriptionsOn('beta', moved.uuid)) expect(xml).toContain(`'${path}'`);
    expect(await inHost('beta', 'ls', images)).not.toContain(moved.name);
    const { memory, disk } = await queryGuest(lab, moved.name, 'verify');
    expect(memory.errors + disk.errors).toBe(0);
    // And home again, where the disk has its first name.
    const home = { ...nothing, paths: [{ from: fast, to: images }] };
    const back = await move(request(moved, 'beta', 'alpha', { ...plain, drive, changes: home }));
    expect(back.outcome).toMatchObject({ result: 'migrated', reason: '' });
    for (const xml of await descriptionsOn('alpha', moved.uuid)) expect(xml).toContain(`'${moved.diskPath}'`);
  });

  test('one directory under two paths is shared, and nothing is copied', async () => {
    const elsewhere = '/var/lib/ferry-mount';
    await directoryOn(elsewhere, 'beta');
    await inHost('beta', 'mount', '--bind', '/srv/shared', elsewhere);
    afterwards(() => inHost('beta', 'umount', '-l', elsewhere));
    const moved = await guest({ host: 'alpha' });
    const changes = { ...nothing, paths: [{ from: '/srv/shared', to: elsewhere }] };
    const { outcome, events } = await move(request(moved, 'alpha', 'beta', { ...plain, drive, changes }));
    expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
    expect(outcome.staleDisks).toBeUndefined();
    expect(idsIn(events)).toContain('storage.shared');
    const path = (moved.diskPath ?? '').replace('/srv/shared', elsewhere);
    for (const xml of await descriptionsOn('beta', moved.uuid)) expect(xml).toContain(`'${path}'`);
    const back = { ...nothing, paths: [{ from: elsewhere, to: '/srv/shared' }] };
    const home = await move(request(moved, 'beta', 'alpha', { ...plain, drive, changes: back }));
    expect(home.outcome).toMatchObject({ result: 'migrated', reason: '' });
  });
});

test('a bridge and a network of another name', async () => {
  await inHost('beta', 'sh', '-ec', 'ip link add br9 type bridge; ip link set br9 up');
  afterwards(() => inHost('beta', 'ip', 'link', 'del', 'br9'));
  for (const [host, name, bridge] of [
    ['alpha', 'lan', 'br0'],
    ['beta', 'office', 'br9'],
  ] as const) {
    const xml = `<network><name>${name}</name><forward mode="bridge"/><bridge name="${bridge}"/></network>`;
    await inHost(host, 'sh', '-ec', `echo '${xml}' >/tmp/net.xml; virsh net-create /tmp/net.xml`);
    afterwards(() => inHost(host, 'virsh', 'net-destroy', name));
  }
  const moved = await guestWith('alpha', (xml) =>
    xml.replace(
      '</interface>',
      '</interface><interface type="network"><source network="lan"/><model type="virtio"/></interface>',
    ),
  );
  const changes = {
    ...nothing,
    networks: [{ from: 'lan', to: 'office' }],
    bridges: [{ from: 'br0', to: 'br9' }],
  };
  const { outcome } = await move(request(moved, 'alpha', 'beta', { ...plain, changes }));
  expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
  for (const xml of await descriptionsOn('beta', moved.uuid)) {
    expect(xml).toContain("network='office'");
    expect(xml).toContain("bridge='br9'");
  }
});

test('what is not there is no mapping', async () => {
  const moved = await guest({ host: 'alpha' });
  for (const [changes, id] of [
    [{ ...nothing, paths: [{ from: '/srv/other', to: '/b' }] }, 'changes.unmatched'],
    [{ ...nothing, bridges: [{ from: 'br7', to: 'br0' }] }, 'changes.unmatched'],
    [{ ...nothing, networks: [{ from: 'default', to: 'lan' }] }, 'changes.unmatched'],
    [{ ...nothing, pool: 'nowhere' }, 'changes.no-pool'],
  ] as const) {
    const { outcome, events } = await move(request(moved, 'alpha', 'beta', { ...plain, changes }));
    expect(outcome.result).toBe('blocked');
    expect(idsIn(events)).toContain(id);
  }
  expect(await runners(moved.uuid)).toEqual(['alpha']);
});
