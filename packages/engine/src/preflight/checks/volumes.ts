import { dirname } from 'node:path';
import { type Connection, ErrorNumber, isRemote, type StoragePoolRef } from '@virt-ferry/libvirt';
import type { Finding } from '../../model.ts';
import { startPool } from '../../storage/mend.ts';
import { type CheckContext, defineCheck, type Found, type Texts } from '../check.ts';

const texts = {
  'no-pool': {
    severity: 'blocker',
    message: '{there} has no storage pool {pool}, in which disk {disk} of {domain} is',
    remedy: 'define it as on {here}: virsh pool-dumpxml {pool} there, virsh pool-define on {there}',
  },
  'pool-inactive': {
    severity: 'blocker',
    message: 'the storage pool {pool} on {there}, in which disk {disk} of {domain} is, is not running',
    remedy: 'start it, on {there}: virsh pool-start {pool}',
  },
  'no-volume': {
    severity: 'blocker',
    message: 'the storage pool {pool} on {there} has no volume {volume}, which is disk {disk} of {domain}',
    remedy: 'if it is there all the same, on {there}: virsh pool-refresh {pool}',
  },
  'volume-shared': { severity: 'pass', message: '{there} sees volume {volume} of pool {pool}' },
  'volume-local': {
    severity: 'blocker',
    message: 'volume {volume} of pool {pool}, disk {disk} of {domain}, is another one on {there}',
    remedy: 'use a pool whose storage both hosts share',
  },
  'volume-unproven': {
    severity: 'warning',
    message: 'could not prove that volume {volume} of pool {pool} is the same on {here} and {there}',
    remedy: 'compare on both hosts: virsh vol-dumpxml {volume} --pool {pool}',
  },
} as const satisfies Texts;

/** A disk that is a volume is looked up in the pool of that name on each host (virStorageTranslateDiskSourcePool). */
export const volumesCheck = defineCheck({
  subject: 'storage',
  title: 'the destination has the volumes',
  texts,
  repairs: {
    'pool-inactive': ({ destination }, { values }) => startPool(values.pool ?? '', destination),
  },
  async run(context, found) {
    const all = context.domain.disks.map(({ target, source }) =>
      source.kind === 'volume' ? volumeFinding({ disk: target, ...source }, context, found) : null,
    );
    return (await Promise.all(all)).filter((finding) => finding !== null);
  },
});

async function volumeFinding(
  { disk, pool: name, volume }: { readonly disk: string; readonly pool: string; readonly volume: string },
  { source, destination, domain, proveShared }: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding> {
  const sides = { here: source.host.ref.name, there: destination.host.ref.name };
  const values = { ...sides, disk, pool: name, volume, domain: domain.name };
  const pool = await findPool(name, destination.connection);
  if (pool === null) return found('no-pool', values, `looked up ${name}`);
  const RUNNING = 2;
  const { state } = await destination.connection.storagePoolGetInfo({ pool });
  if (state !== RUNNING) return found('pool-inactive', values, `its state is ${state}`);
  const [here, there] = await Promise.all([
    pathOf(name, volume, source.connection),
    pathOf(name, volume, destination.connection),
  ]);
  if (there === null) return found('no-volume', values, `looked up ${volume}`);
  if (here === null) return found('volume-unproven', values, `${values.here} does not list it itself`);
  // A device, or a name of network storage: devices.ts says why such a path alone proves nothing.
  if (here.startsWith('/dev/') || !here.startsWith('/'))
    return found('volume-unproven', values, `${here} on ${values.here}, ${there} on ${values.there}`);
  if (here !== there) return found('volume-unproven', values, `it is ${here} and ${there}`);
  const { result, evidence } = await proveShared(dirname(here));
  if (result === 'shared') return found('volume-shared', values, evidence);
  return found(result === 'local' ? 'volume-local' : 'volume-unproven', values, evidence);
}

async function findPool(name: string, connection: Connection): Promise<StoragePoolRef | null> {
  try {
    return (await connection.storagePoolLookupByName({ name })).pool;
  } catch (error) {
    if (isRemote(error, ErrorNumber.noStoragePool)) return null;
    throw error;
  }
}

async function pathOf(pool: string, name: string, connection: Connection): Promise<string | null> {
  try {
    const found = await connection.storagePoolLookupByName({ name: pool });
    const { vol } = await connection.storageVolLookupByName({ ...found, name });
    return (await connection.storageVolGetPath({ vol })).path;
  } catch (error) {
    if (isRemote(error, ErrorNumber.noStoragePool, ErrorNumber.noStorageVol, ErrorNumber.operationInvalid))
      return null;
    throw error;
  }
}
