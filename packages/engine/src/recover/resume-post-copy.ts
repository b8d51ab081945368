import { MigrateFlag } from '@virt-ferry/libvirt';
import type { Parameters } from '../migrate/parameters.ts';
import { Phases } from '../migrate/phases.ts';
import type { Scene } from './scene.ts';

/**
 * Takes a broken post-copy up again: the five phases once more, with the flag that says so (libvirt 8.5, docs/migration
 * of libvirt: "Recovering from a failed post-copy migration"). Returns when all of the guest has arrived.
 */
export async function resumePostCopy(parameters: Parameters, scene: Scene): Promise<void> {
  const { source, destination, env, signal, domain } = scene;
  const [from, to] = await Promise.all(
    [source, destination].map((site) => env.connect(site.ref.uri, { link: 'thread', signal })),
  );
  if (!from || !to) return;
  try {
    const { dom } = await from.domainLookupByUuid({ uuid: domain.uuid });
    // Ferry makes the calls itself, also where the source drove before. libvirt asks for change protection.
    const sourceFlags = parameters.sourceFlags & ~MigrateFlag.peer2peer;
    const again = {
      params: parameters.params,
      sourceFlags: sourceFlags | MigrateFlag.postCopyResume | MigrateFlag.changeProtection,
      destinationFlags: parameters.destinationFlags | MigrateFlag.postCopyResume,
    };
    const phases = new Phases(from, to, dom, again, env.answerMs);
    const prepared = await phases.prepare(await phases.begin());
    const finished = await phases.finish(await phases.perform(prepared));
    await phases.confirm(finished);
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}
