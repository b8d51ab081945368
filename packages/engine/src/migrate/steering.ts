import { messageOf } from '@virt-ferry/libvirt';
import { type Brake, openBrake } from '../brake/brake.ts';
import { Controller, type Controls } from '../control/controller.ts';
import { dirtiedBy } from '../forecast/dirty-curve.ts';
import type { Foretold } from '../forecast-move.ts';
import type { ShellSide } from '../host-shell/shells.ts';
import { GUESS_BYTES_PER_S } from '../measure/path.ts';
import type { ControlAction, MemoryProfile, MoveRequest, Progress } from '../model.ts';
import { cpuShareOf, slicesFor } from '../strategy/hold-back.ts';
import { policyFor } from '../strategy/strategy.ts';
import type { Move } from './operation.ts';
import type { PostCopyStarter } from './post-copy.ts';
import { readSpeed, type Speed } from './speed.ts';
import { changeLimit } from './tuning.ts';

/** What is to be steered: a move, or one that goes on without the Ferry that began it. */
export interface Steered extends Pick<Move, 'env' | 'story' | 'dom' | 'tracer'> {
  readonly request: Pick<MoveRequest, 'method' | 'postCopy' | 'leastShare' | 'rehearsal'>;
  readonly from: ShellSide & Pick<Move['from'], 'monitor'>;
}

/** A move that is steered. */
export interface Steering {
  /** To be told of each pass; may be told more than once. */
  passed(pass: number): void;
  /** To be told after each look. */
  looked(progress: Progress): void;
  /** Rejects where the move would never end. Never resolves. */
  readonly hopeless: Promise<never>;
  /** The guest is not held back any more, and what was begun is done. */
  end(): Promise<void>;
}

/**
 * Steers a move by its strategy; without one, and in a rehearsal, it is only looked at. Post-copy begins by itself, or when
 * it is needed.
 */
export function steer(move: Steered, foretold: Foretold | null, postCopy: PostCopyStarter): Steering {
  const { request, env, tracer } = move;
  const byItself = request.method === 'post-copy' && request.postCopy !== 'when-needed';
  const control =
    foretold === null || request.rehearsal || byItself ? null : controlled(move, foretold, postCopy);
  return {
    passed(pass) {
      tracer.pass(pass, env.monotonicMs());
      if (byItself) postCopy.passed(pass);
    },
    looked(progress) {
      tracer.look(progress, env.monotonicMs());
      control?.looked();
    },
    hopeless: control?.hopeless ?? new Promise(() => undefined),
    end: async () => control?.end(),
  };
}

function controlled(move: Steered, { strategy, forecast }: Foretold, postCopy: PostCopyStarter) {
  const { request, env, story, from, dom, tracer } = move;
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
  const allowed = { leastShare: request.leastShare ?? 0, postCopy: request.method === 'post-copy' };
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
function holder({ env, story, from, dom }: Steered, memory: MemoryProfile | null) {
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
