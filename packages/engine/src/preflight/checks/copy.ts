import { basename, dirname } from 'node:path';
import { formatVersion, ListPoolsFlag } from '@virt-ferry/libvirt';
import { parseXml, textAt } from '../../inventory/xml.ts';
import type { Finding } from '../../model.ts';
import { makeDirectory, startPool } from '../../storage/mend.ts';
import { mib } from '../../storage/mib.ts';
import { neededBytes } from '../../storage/needed-bytes.ts';
import { basesToSend } from '../../storage/plan.ts';
import { leftBehind } from '../../storage/stale.ts';
import { type CheckContext, defineCheck, type Found, type Side, type Texts } from '../check.ts';

/** VIR_MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES (libvirt 8.0). */
const SYNCHRONOUS_FROM = 8_000_000;
/** A guest goes on writing while it is copied, and images have tables of their own. A rule of thumb. */
const HEADROOM = 0.1;

const texts = {
  'no-directory': {
    severity: 'blocker',
    message: '{there} has no directory {directory}, to which disks of {domain} would be copied',
    remedy: 'make it on {there}: mkdir -p {directory}',
  },
  'in-the-way': {
    severity: 'blocker',
    message: 'disk {disk} of {domain} cannot be copied: {there} has a file {path} already',
    remedy: 'if nobody needs it, on {there}: mv {path} {path}.old',
  },
  'left-behind': {
    severity: 'notice',
    message: 'the old copy of disk {disk} of {domain}, {path} on {there}, is replaced',
  },
  'pool-inactive': {
    severity: 'blocker',
    message: 'the storage pool {pool} of {directory} on {there} is not running, so no disk can be made in it',
    remedy: 'start it, on {there}: virsh pool-start {pool}',
  },
  'no-synchronous-writes': {
    severity: 'blocker',
    message: 'libvirt {version} on {host} has no synchronous writes to disks that are copied: 8.0 has',
    remedy: 'leave out --synchronous-writes',
  },
  encrypted: {
    severity: 'blocker',
    message:
      'disk {disk} of {domain} is encrypted, and Ferry makes no encrypted image on {there} to copy it to',
    remedy: 'put it on storage that both hosts mount',
  },
  full: {
    severity: 'blocker',
    message: '{there} has too little space in {directory} for the disks of {domain}',
    remedy: 'free space on {there}: df -h {directory}',
  },
  tight: {
    severity: 'warning',
    message: '{there} has hardly more space in {directory} than the disks of {domain} take',
    remedy: 'free space on {there}: df -h {directory}',
  },
  unseen: {
    severity: 'warning',
    message: 'could not see how much space {there} has in {directory} for the disks of {domain}',
    remedy: 'look on {there}: df -h {directory}',
  },
  room: { severity: 'pass', message: '{there} has space in {directory} for the disks of {domain}' },
} as const satisfies Texts;

/** Disks that are copied need a directory of the same path, space in it, and nobody's file in the way. */
export const copyCheck = defineCheck({
  subject: 'copy',
  title: 'the destination has space for the disks that are copied',
  texts,
  repairs: {
    'no-directory': ({ destination }, { values }) => makeDirectory(values.directory ?? '', destination),
    'pool-inactive': ({ destination }, { values }) => startPool(values.pool ?? '', destination),
  },
  async run(context, found) {
    const plan = await context.storagePlan();
    const images: NewImage[] = [
      ...plan.disks.map((disk) => ({
        ...{ disk: disk.target, path: context.names.path(disk.source.path) },
        neededBytes: () => neededBytes(disk, plan.copy, context),
      })),
      ...basesToSend(plan).map(({ disk, path, image }) => ({
        ...{ disk, path: context.names.path(path) },
        neededBytes: async () => image?.allocationBytes ?? 0,
      })),
    ];
    const directories = Map.groupBy(images, ({ path }) => dirname(path));
    const all = [...directories].map(([directory, its]) => directoryFindings(directory, its, context, found));
    const named = { there: context.destination.host.ref.name, domain: context.domain.name };
    const encrypted = plan.disks
      .filter(({ secrets }) => secrets.length > 0)
      .map(({ target }) => found('encrypted', { ...named, disk: target }, 'its XML names a passphrase'));
    return [
      ...encrypted,
      ...synchronousFindings(context, images.length > 0, found),
      ...(await Promise.all(all)).flat(),
    ];
  },
});

function synchronousFindings(
  { source, destination, wishes }: CheckContext,
  copies: boolean,
  found: Found<typeof texts>,
): Finding[] {
  if (!copies || !wishes.synchronousWrites) return [];
  return [source, destination].flatMap(({ host: { ref, libvirtVersion } }) =>
    libvirtVersion >= SYNCHRONOUS_FROM
      ? []
      : [
          found(
            'no-synchronous-writes',
            { host: ref.name, version: formatVersion(libvirtVersion) },
            'its version',
          ),
        ],
  );
}

/** A file that is to be made on the destination. */
interface NewImage {
  /** The disk that it is, or that builds on it. */
  readonly disk: string;
  readonly path: string;
  readonly neededBytes: () => Promise<number>;
}

async function directoryFindings(
  directory: string,
  images: readonly NewImage[],
  context: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding[]> {
  const { destination, domain } = context;
  const values = { directory, there: destination.host.ref.name, domain: domain.name };
  const [sight, pool, needed] = await Promise.all([
    destination.view(directory, async (seen) => ({
      availableBytes: seen.availableBytes,
      files: await Promise.all(images.map(({ path }) => seen.file(basename(path)))),
    })),
    inactivePool(directory, destination),
    Promise.all(images.map((image) => image.neededBytes())),
  ]);
  if (sight.kind === 'no-directory') return [found('no-directory', values, sight.evidence)];
  if (sight.kind === 'unseen') return [found('unseen', values, sight.evidence)];
  const { availableBytes, files } = sight.value;
  const whose = { hostUuid: destination.host.uuid, domainUuid: domain.uuid };
  let replacedBytes = 0;
  const inTheWay: Finding[] = [];
  for (const [index, { disk, path }] of images.entries()) {
    const file = files[index];
    if (!file) continue;
    const left = await leftBehind(path, file, whose, context.env);
    if (left !== null) replacedBytes += file.allocationBytes;
    const evidence = `it takes ${mib(file.allocationBytes)}`;
    if (left === null) inTheWay.push(found('in-the-way', { ...values, disk, path }, evidence));
    else {
      const by = `operation ${left.operationId} left it, and nobody has touched it since`;
      inTheWay.push(found('left-behind', { ...values, disk, path }, by));
    }
  }
  const notRunning =
    pool === null
      ? []
      : [found('pool-inactive', { ...values, pool }, 'libvirt makes no second pool of a directory')];
  const sum = needed.reduce((bytes, one) => bytes + one, -replacedBytes);
  const evidence = `${mib(sum)} needed, ${mib(availableBytes)} available in ${directory} on ${values.there}`;
  const tight = sum * (1 + HEADROOM) > availableBytes;
  const space = sum > availableBytes ? 'full' : tight ? 'tight' : 'room';
  return [...inTheWay, ...notRunning, found(space, values, evidence)];
}

/** The pool that has a directory but doesn't run; libvirt then makes none of it either ("Storage source conflict"). */
async function inactivePool(directory: string, { connection }: Side): Promise<string | null> {
  const flags = ListPoolsFlag.inactive | ListPoolsFlag.directory;
  const { pools } = await connection.connectListAllStoragePools({ needResults: true, flags });
  const paths = await Promise.all(
    pools.map(async (pool) => {
      const { xml } = await connection.storagePoolGetXmlDesc({ pool, flags: 0 });
      return textAt(parseXml(xml, `the pool ${pool.name}`), 'target/path');
    }),
  );
  return pools[paths.indexOf(directory)]?.name ?? null;
}
