import { type Header, MessageType, Program } from '@virt-ferry/libvirt/testing';

/** Which message a rule is for. */
export interface Place {
  /** A call goes to the daemon; a reply, or a message that nobody asked for (an event), comes from it. */
  readonly at: 'call' | 'reply' | 'message';
  /** Its number: `procedures.domainMigrateFinish3Params.number`. */
  readonly procedure: number;
  /** libvirt's remote program where not given. */
  readonly program?: number;
  /** The first such message after the rule was made where not given. All connections count together. */
  readonly nth?: number;
}

/**
 * What happens to it, once:
 *
 * - `drop` swallows it.
 * - `delay` keeps it, and all that follow it, for `delayMs`.
 * - `hold` keeps it, and all that follow it, until {@link Rule.release}.
 * - `cut` closes both sides; it is not passed on.
 * - `cut-after` passes it on, then closes both sides.
 */
export type Act =
  | { readonly act: 'drop' | 'hold' | 'cut' | 'cut-after' }
  | { readonly act: 'delay'; readonly delayMs: number };

export type RuleSpec = Place & Act;

export interface Rule {
  /** Resolves when a message has met it and the act was done. For ever pending if none does. */
  readonly hit: Promise<void>;
  /** Lets go what `hold` or `delay` keeps. A rule that wasn't met is withdrawn. */
  release(): void;
}

/** A rule whose message has come. */
export interface Met {
  readonly act: Act;
  /** Resolves when what is kept may go. */
  readonly released: Promise<void>;
  done(): void;
}

const typeAt = { call: MessageType.call, reply: MessageType.reply, message: MessageType.message } as const;

/** The rules of a proxy. */
export class Rules {
  readonly #pending = new Set<{ readonly place: Place; readonly met: Met; seen: number }>();

  add(spec: RuleSpec): Rule {
    const hit = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const entry = {
      place: spec,
      met: { act: spec, released: released.promise, done: () => hit.resolve() },
      seen: 0,
    };
    this.#pending.add(entry);
    return {
      hit: hit.promise,
      release: () => {
        this.#pending.delete(entry);
        released.resolve();
      },
    };
  }

  /** The rule that a message meets, which is thereby used up. Each rule that is for such messages counts it. */
  meet(header: Header): Met | null {
    let met: Met | null = null;
    for (const entry of this.#pending) {
      const { at, procedure, program = Program.remote, nth = 1 } = entry.place;
      if (header.type !== typeAt[at] || header.procedure !== procedure || header.program !== program)
        continue;
      entry.seen++;
      if (met !== null || entry.seen < nth) continue;
      met = entry.met;
      this.#pending.delete(entry);
    }
    return met;
  }
}
