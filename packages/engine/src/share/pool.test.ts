import { type Connection, connect, ErrorNumber, RemoteError } from '@virt-ferry/libvirt';
import { startFakeDaemon } from '@virt-ferry/libvirt/testing';
import { expect, onTestFinished, test } from 'vitest';
import { isPoolSo, makePoolSo } from './pool.ts';

const UUID = 'fe441111-0000-4000-8000-0000000000aa';
const POOL = ['pool', 'ferry-data', '10.0.0.1', '/data', '/data', '4.2'] as const;
const NO_POOL = ['nopool', 'ferry-data', '10.0.0.1', '/data', '/data'] as const;

interface Pool {
  xml: string;
  isRunning: boolean;
  autostart: boolean;
}

/** A libvirtd with at most one pool, over its real protocol. */
async function libvirtd(start: Pool | null = null): Promise<{ connection: Connection; pool(): Pool | null }> {
  let pool = start;
  const ref = () => {
    if (pool === null)
      throw new RemoteError({
        ...{ number: ErrorNumber.noStoragePool, domain: 18, level: 2, message: 'no pool', details: [] },
      });
    return { pool: { name: 'ferry-data', uuid: UUID } };
  };
  const change = (part: Partial<Pool>) => () => {
    ref();
    if (pool) pool = { ...pool, ...part };
    return {};
  };
  const daemon = await startFakeDaemon({
    handlers: {
      storagePoolLookupByName: ref,
      storagePoolDefineXml: ({ xml }: { xml: string }) => {
        pool = { xml, isRunning: false, autostart: false };
        return ref();
      },
      storagePoolGetInfo: () => ({
        ...{ state: pool?.isRunning ? 2 : 0, capacityBytes: 0n, allocationBytes: 0n, availableBytes: 0n },
      }),
      storagePoolGetAutostart: () => ({ autostart: pool?.autostart ?? false }),
      storagePoolGetXmlDesc: () => ({ xml: pool?.xml ?? '' }),
      storagePoolCreate: change({ isRunning: true }),
      storagePoolDestroy: change({ isRunning: false }),
      storagePoolSetAutostart: ({ autostart }: { autostart: boolean }) => change({ autostart })(),
      storagePoolUndefine: () => {
        pool = null;
        return {};
      },
    },
  });
  const connection = await connect(daemon.uri);
  onTestFinished(() => connection.close());
  return { connection, pool: () => pool };
}

test('a pool is defined, started, set to start with its host, and removed', async () => {
  const { connection, pool } = await libvirtd();
  expect((await isPoolSo(POOL, connection)).isSo).toBe(false);
  expect((await makePoolSo(POOL, connection)).isSo).toBe(true);
  expect(pool()).toMatchObject({ isRunning: true, autostart: true });
  expect(pool()?.xml).toBe(
    '<pool type="netfs"><name>ferry-data</name><source><host name="10.0.0.1"/><dir path="/data"/><format type="nfs"/><protocol ver="4.2"/></source><target><path>/data</path></target></pool>',
  );
  expect((await isPoolSo(POOL, connection)).isSo).toBe(true);
  expect((await makePoolSo(NO_POOL, connection)).isSo).toBe(true);
  expect(pool()).toBeNull();
  expect((await makePoolSo(NO_POOL, connection)).isSo).toBe(true);
});

test.each([
  { isRunning: true, autostart: false },
  { isRunning: false, autostart: true },
  { isRunning: false, autostart: false },
])('one that was left half done (%j) is gone on with', async (half) => {
  const { connection } = await libvirtd();
  await makePoolSo(POOL, connection);
  const [xml] = [
    '<pool type="netfs"><name>ferry-data</name><source><host name="10.0.0.1"/><dir path="/data"/></source><target><path>/data</path></target></pool>',
  ];
  const other = await libvirtd({ xml, ...half });
  expect((await isPoolSo(POOL, other.connection)).isSo).toBe(false);
  expect((await makePoolSo(POOL, other.connection)).isSo).toBe(true);
});

test("somebody else's pool of that name is neither taken nor removed", async () => {
  const xml = '<pool type="dir"><name>ferry-data</name><target><path>/mine</path></target></pool>';
  const { connection, pool } = await libvirtd({ xml, isRunning: true, autostart: true });
  expect(await makePoolSo(POOL, connection)).toEqual({
    isSo: false,
    lines: ['there is another pool ferry-data already'],
  });
  expect(await makePoolSo(NO_POOL, connection)).toEqual({
    isSo: true,
    lines: ['kept it is another pool'],
  });
  expect(pool()?.xml).toBe(xml);
});
