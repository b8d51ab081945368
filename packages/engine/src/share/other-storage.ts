import type { ShareHost } from './host.ts';
import type { ShareProblem, ShareRequest } from './model.ts';
import { sourceOf } from './plan-client.ts';
import { valuesOf } from './sight.ts';
import { problem } from './texts.ts';

/** What a host has besides that other hosts may see too: found, explained, and not touched. */
export async function otherStorage(
  host: ShareHost,
  { path }: Pick<ShareRequest, 'path'>,
  address: string,
): Promise<ShareProblem[]> {
  return valuesOf(await host.look('storage'), 'storage').flatMap((line) => {
    const [type = '', source = '', at = ''] = line.split(' ');
    if (source === sourceOf(address, path)) return [];
    const values = { type, source, at };
    switch (type) {
      case 'nfs':
      case 'nfs4':
        return [problem('storage-nfs', host.ref.name, values)];
      case 'iscsi':
        return [problem('storage-iscsi', host.ref.name, values)];
      case 'rbd':
        return [problem('storage-rbd', host.ref.name, values)];
      case 'fc':
        return [problem('storage-fc', host.ref.name, values)];
      default:
        return [problem('storage-cluster', host.ref.name, values)];
    }
  });
}
