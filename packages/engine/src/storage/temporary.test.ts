import { connect } from '@virt-ferry/libvirt';
import { startFakeDaemon } from '@virt-ferry/libvirt/testing';
import { expect, onTestFinished, test } from 'vitest';
import { createEnv } from '../real-env.ts';
import { endTemporary, removeLeftBy, removeStale, temporaryName } from './temporary.ts';

const PREFIX = '.ferry-test-';
const { nowMs, newId, holder } = createEnv({ journalPath: ':memory:' });
const env = { nowMs, newId, holder };
/** Another process, an hour ago or now. */
const other = { ...env, holder: { ...env.holder, pid: 1, startTicks: 1 } };
const anHourAgo = { ...other, nowMs: () => env.nowMs() - 3_600_000 };

async function hostWith(...names: string[]) {
  const pools = names.map((name) => ({ name, uuid: 'fe447777-0000-4000-8000-000000000001' }));
  const daemon = await startFakeDaemon({
    handlers: { connectListAllStoragePools: () => ({ pools, count: pools.length }) },
  });
  const connection = await connect(daemon.uri);
  onTestFinished(async () => {
    await connection.close();
    await daemon.close();
  });
  const removed: string[] = [];
  const remove = async ({ name }: { name: string }) => void removed.push(name);
  return { connection, remove, removed };
}

test('what is in use stays, what this process has lost goes, and of others what is old', async () => {
  const [used, lost] = [temporaryName(PREFIX, env), temporaryName(PREFIX, env)];
  endTemporary(lost);
  const [fresh, old] = [temporaryName(PREFIX, other), temporaryName(PREFIX, anHourAgo)];
  for (const name of [fresh, old]) endTemporary(name);
  const { connection, remove, removed } = await hostWith(used, lost, fresh, old, 'images');
  await removeStale(PREFIX, connection, env, remove);
  expect(removed).toEqual([lost, old]);
});

test('what a process that is gone has left goes, whenever it was made', async () => {
  const [its, ours] = [temporaryName(PREFIX, other), temporaryName(PREFIX, env)];
  for (const name of [its, ours]) endTemporary(name);
  const { connection, remove, removed } = await hostWith(its, ours, `${PREFIX}1-abc`, 'images');
  await removeLeftBy(other.holder, PREFIX, connection, remove);
  expect(removed).toEqual([its]);
});
