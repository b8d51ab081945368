import { missesWrites } from '../control/missed-writes.ts';
import type { MoveRequest } from '../model.ts';
import type { CheckContext } from '../preflight/check.ts';
import { compressionOf } from './compression.ts';
import type { Means } from './means.ts';

/** How much of the memory that a source has left a cache of pages may take. */
const CACHE_SHARE = 0.5;

/** What may be done to move a guest, by what its hosts are and what the user wants. */
export async function readMeans(
  context: CheckContext,
  {
    maxDowntimeMs,
    leastShare = 0,
    compression,
  }: Pick<MoveRequest, 'maxDowntimeMs' | 'leastShare' | 'compression'>,
): Promise<Means> {
  const { source, destination, dom, domain, wishes } = context;
  const [limitMs, opened] = await Promise.all([
    maxDowntimeMs ??
      source.connection.domainMigrateGetMaxDowntime({ dom, flags: 0 }).then((got) => Number(got.downtimeMs)),
    context.shells.source(),
  ]);
  const emulated = missesWrites(domain, source.host);
  const postCopy = wishes.method === 'post-copy';
  const mayBeHeld = !postCopy && leastShare < 1;
  const groups = opened.shell?.facts.cpuGroups ?? false;
  return {
    maxDowntimeMs: limitMs,
    postCopy,
    slices: mayBeHeld && groups && !emulated,
    // QEMU goes as far as it likes.
    autoConverge: mayBeHeld && leastShare === 0,
    leastShare,
    cacheBytes: postCopy ? 0 : CACHE_SHARE * source.host.availableMemoryBytes,
    compression: compressionOf({ method: wishes.method, compression }, [source.host, destination.host]),
    missesWrites: emulated,
    notes: mayBeHeld ? notesOn(context, groups, emulated) : [],
  };
}

function notesOn({ source, domain }: CheckContext, groups: boolean, emulated: boolean): string[] {
  const { name } = source.host.ref;
  if (emulated)
    return [`QEMU on ${name} may miss what the emulated processor of ${domain.name} writes: no thin slices`];
  return groups ? [] : [`Ferry reaches no control groups of vCPUs on ${name}: no thin slices`];
}
