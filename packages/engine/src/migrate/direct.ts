/**
 * The direct way: Ferry makes the calls of all five phases itself, and so knows at every moment who owns the guest.
 *
 *   begin ─► prepare ─► perform ─► finish ─┤ commit written ├─ resume there ─► confirm
 *     │         │          │         │                              │             │
 *     └─────────┴──────────┴─────────┴── any failure: settle-move.ts ─────────────┘
 */
import { AS_IT_IS } from '../strategy/strategy.ts';
import { REHEARSED } from './abort-request.ts';
import type { Move } from './operation.ts';
import { type Circumstances, chooseParameters } from './parameters.ts';
import { type Baton, Phases } from './phases.ts';
import type { Plan } from './plan.ts';
import { beginSafely } from './unsafe.ts';
import { watching } from './watching.ts';

/** Drives the phases to their end, and tells when the guest has arrived. Throws what failed; nothing has been undone then. */
export async function driveDirectly(move: Move, plan: Plan, onArrival: () => void): Promise<void> {
  const { domain, report, storage, descriptions } = plan;
  const { request, env, story, from, to, dom, abort } = move;
  const enter = (phase: 'begin' | 'prepare' | 'perform' | 'finish' | 'commit' | 'confirm') =>
    story.emit({ type: 'phase', phase });
  const [source, destination] = await Promise.all([from.phases, to.phases]);
  const parametersWith = (circumstances: Circumstances) => chooseParameters(request, domain, circumstances);
  const phasesWith = (circumstances: Circumstances) =>
    new Phases(source, destination, dom, parametersWith(circumstances), env.answerMs, story.act);

  const holders = [source, destination].flatMap(({ heldBy }) =>
    heldBy === null ? [] : [env.processOf(heldBy)],
  );
  if (holders.length > 0) await story.note('connections', { holders });

  const compression = await plan.compression;
  enter('begin');
  const begin = async (unsafe: boolean) => {
    const circumstances = { unsafe, storage, descriptions, strategy: { ...AS_IT_IS, compression } };
    const phases = phasesWith(circumstances);
    return { phases, circumstances, baton: await phases.begin() };
  };
  const begun = await beginSafely(begin, report, domain, story);
  const { phases, circumstances } = begun;

  // The source owns the guest, and goes on running it.
  abort.throwIfRequested();
  enter('prepare');
  let baton: Baton = await phases.prepare(begun.baton);

  abort.throwIfRequested();
  // Differences and auto-converge concern the source alone: a QEMU that receives takes whatever else comes.
  const foretold = await plan.foretold();
  const { strategy } = foretold;
  enter('perform');
  const watch = watching(move, plan, foretold);
  try {
    const performing = phases.perform(baton, parametersWith({ ...circumstances, strategy }));
    baton = await Promise.race([performing, watch.failed]);
    // However quick the copying was, a rehearsal goes no further.
    if (request.rehearsal) abort.request(REHEARSED);
    // The guest stands still on the source, which still owns it. A post-copy has nothing to go back to any more.
    if (request.rehearsal || request.method === 'pre-copy') {
      watch.end();
      abort.throwIfRequested();
    }

    // From here on the destination owns the guest; with strict commit, only once that is written down.
    enter('finish');
    baton = await Promise.race([phases.finish(baton), watch.failed]);
  } finally {
    watch.end();
  }
  if (request.commit === 'strict') {
    await story.act('commit', {}, async () => {
      if (domain.state !== 'paused') await destination.domainResume({ dom }, { deadlineMs: env.answerMs });
    });
  }
  story.emit({ type: 'owner', owner: 'destination' });
  onArrival();

  enter('confirm');
  await phases.confirm(baton);
}
