import { messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { ShareHost } from './host.ts';
import type { ShareRequest } from './model.ts';
import { reachOf, type ShareHosts, valuesOf } from './sight.ts';

/** A file's attributes are looked up again after three seconds at the latest (nfs(5), acregmin); its name sooner. */
const SEEN_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 200;

/**
 * Writes a file on the server and reads it on each client, and the other way round. Says what failed, in one line, or
 * `null`. The files are Ferry's own and are removed.
 */
export async function prove(
  { server, clients }: ShareHosts,
  { path, mount }: ShareRequest,
  address: string,
  env: Env,
): Promise<string | null> {
  for (const client of clients) {
    try {
      const reach = await reachOf(client, address);
      if (reach !== 'open' && reach !== 'unknown')
        return `${client.ref.name} cannot reach ${address}, port 2049 (${reach})`;
      const there = await crosses(server, path, client, mount, env);
      if (there.result !== 'seen') return there.why;
      const back = await crosses(client, mount, server, path, env);
      if (back.result !== 'seen') return back.why;
    } catch (error) {
      return messageOf(error);
    }
  }
  return null;
}

/** What came of a file that one side wrote for the other to read. */
export type Crossing =
  | { readonly result: 'seen'; readonly afterMs: number; readonly owner: string }
  | { readonly result: 'unwritten' | 'unseen'; readonly why: string };

/** Writes a file on one side, reads it on the other, and removes it. */
export async function crosses(
  from: ShareHost,
  fromPath: string,
  to: ShareHost,
  toPath: string,
  env: Env,
): Promise<Crossing> {
  const name = `.ferry-share-${env.newId()}`;
  const text = `${from.ref.name} ${name}`;
  const beganMs = env.monotonicMs();
  try {
    const put = await from.try('put', fromPath, name, text);
    if (!put.isSo) {
      const why = `${from.ref.name} cannot write into ${fromPath}: ${put.lines.at(-1) ?? 'it does not say why'}`;
      return { result: 'unwritten', why };
    }
    for (;;) {
      const got = await to.try('get', toPath, name);
      const [owner = ''] = valuesOf(got, 'owner');
      const afterMs = env.monotonicMs() - beganMs;
      if (got.isSo && valuesOf(got, 'holds')[0] === text) return { result: 'seen', afterMs, owner };
      if (afterMs > SEEN_WITHIN_MS) {
        const why = `${to.ref.name} does not see in ${toPath} what ${from.ref.name} wrote into ${fromPath}`;
        return { result: 'unseen', why };
      }
      await env.delay(LOOK_EVERY_MS);
    }
  } finally {
    await from.try('drop', fromPath, name).catch(() => undefined);
  }
}
