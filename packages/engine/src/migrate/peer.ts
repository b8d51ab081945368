/**
 * The way of libvirt's own peer-to-peer: one call, upon which the source's libvirtd drives all phases and goes on also
 * when Ferry is gone. With strict commit the destination holds the guest paused until Ferry starts it: libvirt itself
 * resumes the source where the answer to Finish is lost, although the guest may already run on the destination
 * (qemu_migration.c, "the lock manager plugins should take care of safety in this scenario").
 */
import type { Move } from './operation.ts';
import { chooseParameters, storedParameters } from './parameters.ts';
import type { Plan } from './plan.ts';
import { beginSafely } from './unsafe.ts';
import { watching } from './watching.ts';

const NO_COOKIE = new Uint8Array(0);
const FOREVER = { deadlineMs: Number.POSITIVE_INFINITY };

/** Has the source move the guest, and tells when it has arrived. Throws what failed; nothing has been undone then. */
export async function driveByPeer(move: Move, plan: Plan, onArrival: () => void): Promise<void> {
  const { domain, report, storage, descriptions } = plan;
  const { request, env, story, from, to, dom } = move;
  const [source, foretold] = await Promise.all([from.phases, plan.foretold()]);
  const { strategy } = foretold;
  const dconnuri = request.destination.peerUri ?? request.destination.uri;
  const perform = (unsafe: boolean) => {
    const parameters = chooseParameters(request, domain, { unsafe, storage, strategy, descriptions });
    const { sourceFlags: flags, params } = parameters;
    return story.act('perform', { parameters: storedParameters(parameters), dconnuri }, () =>
      source.domainMigratePerform3Params(
        { dom, dconnuri, params: [...params], cookie: NO_COOKIE, flags },
        FOREVER,
      ),
    );
  };

  story.emit({ type: 'phase', phase: 'perform' });
  const watch = watching(move, plan, foretold);
  try {
    await Promise.race([beginSafely(perform, report, domain, story), watch.failed]);
  } finally {
    watch.end();
  }
  // The source has let the guest go.
  if (request.commit === 'strict') {
    story.emit({ type: 'phase', phase: 'commit' });
    await story.act('commit', {}, async () => {
      if (domain.state !== 'paused') await to.monitor.domainResume({ dom }, { deadlineMs: env.answerMs });
    });
  }
  story.emit({ type: 'owner', owner: 'destination' });
  onArrival();
}
