import { messageOf } from '@virt-ferry/libvirt';
import { type Brake, openBrake } from '../brake/brake.ts';
import { Controller, type Controls } from '../control/controller.ts';
import { dirtiedBy } from '../forecast/dirty-curve.ts';
import type { Foretold } from '../forecast-move.ts';
import { GUESS_BYTES_PER_S } from '../measure/path.ts';
import type { ControlAction, MemoryProfile } from '../model.ts';
import { cpuShareOf, slicesFor } from '../strategy/hold-back.ts';
import { policyFor } from '../strategy/strategy.ts';
import type { Move } from './operation.ts';
import type { PostCopyStarter } from './post-copy.ts';
import { readSpeed, type Speed } from './speed.ts';
import { changeLimit } from './tuning.ts';

/** A move that is steered. */
export interface Steering {
  /** To be told after each look. */
  looked(): void;
  /** Rejects where the move would never end. Never resolves. */
  readonly hopeless: Promise<never>;
  /** The guest is not held back any more, and what was begun is done. */
  end(): Promise<void>;
}

const UNSTEERED: Steering = {
  looked: () => undefined,
  hopeless: new Promise(() => undefined),
  end: async () => undefined,
};

/** Steers a move by its strategy. A rehearsal gets none, nor post-copy that begins by itself. */
export function steer(move: Move, { strategy, forecast }: Foretold, postCopy: PostCopyStarter): Steering {
  const { request, env, story, from, dom, tracer } = move;
  const whenNeeded = request.method === 'post-copy' && request.postCopy === 'when-needed';
  if (request.rehearsal || (request.method === 'post-copy' && !whenNeeded)) return UNSTEERED;
  const memory = forecast?.basis.memory ?? null;
  const hold = holder(move, memory);
  // A shell takes a moment to open, which the first pass has to spare.
  if (forecast?.verdict.kind === 'throttled' && strategy.holdBack.kind === 'slices') hold.getReady();

  let giveUp: (reason: Error) => void = () => undefined;
  const hopeless = new Promise<never>((_resolve, reject) => {
    giveUp = reject;
  });
  hopeless.catch(() => undefined);
  const tell = (action: ControlAction, reason: string) => story.emit({ type: 'control', action, reason });
  const controls: Controls = {
    async limitDowntime({ limitMs, reason }) {
      tell('limit-downtime', reason);
      await changeLimit(from, dom, { fromMs: strategy.limits.firstMs, toMs: limitMs, reason }, story);
    },
    async holdBack({ share, reason }) {
      await hold.to(share, reason, () => tell('hold-back', reason));
      tracer.heldTo(share, env.monotonicMs());
    },
    async startPostCopy({ reason }) {
      tell('start-post-copy', reason);
      await postCopy.start({ reason });
    },
    giveUp({ reason }) {
      tell('give-up', reason);
      giveUp(new Error(reason));
    },
  };
  const expected = forecast?.basis.path.bytesPerS ?? GUESS_BYTES_PER_S;
  const allowed = { leastShare: request.leastShare ?? 0, postCopy: whenNeeded };
  const policy = {
    ...policyFor(strategy, memory, expected, allowed),
    dirtied: memory && dirtiedBy(memory),
  };
  const sights = { passes: () => tracer.soFar, bytesPerS: () => tracer.bytesPerS() ?? expected };
  const controller = new Controller(policy, sights, controls);
  let acting: Promise<unknown> = Promise.resolve();
  return {
    hopeless,
    looked() {
      const look = controller
        .looked()
        .catch((error: unknown) => story.notice(`could not steer the move: ${messageOf(error)}`));
      acting = Promise.allSettled([acting, look]);
    },
    async end() {
      await Promise.all([acting, hold.end()]);
    },
  };
}

/** Holds a guest back through its host. What was set before is journaled, for recovery to put back. */
function holder({ env, story, from, dom }: Move, memory: MemoryProfile | null) {
  let brake: Promise<Brake> | undefined;
  let before: Promise<Speed> | undefined;
  const getReady = () => {
    brake ??= openBrake(from, dom.name, env);
    brake.catch(() => undefined);
    return brake;
  };
  return {
    getReady,
    async to(share: number, reason: string, tell: () => void) {
      const slices = slicesFor(share, cpuShareOf(memory));
      before ??= readSpeed(from.monitor, dom);
      const [opened, speed] = await Promise.all([getReady(), before]);
      tell();
      await story.act('hold-back', { share, ...slices, before: speed, reason }, () => opened.hold(slices));
    },
    async end() {
      // One that could not be opened holds nothing.
      await (await brake?.catch(() => undefined))?.release();
    },
  };
}
