import type { Created } from '../storage/created.ts';

/** Who had the guest when it was settled, and what could not be done because a host can't be reached. */
export interface Done {
  readonly name: 'done';
  readonly result: 'migrated' | 'rolled-back';
  readonly reason: string;
  /** What is left to do when a host is back. The operation stays open until there is none. */
  readonly debts: readonly string[];
}

/** Ferry can't know, and touches nothing. */
export interface Hold {
  readonly name: 'hold';
  readonly reason: string;
  /** What the operator should look at. */
  readonly look: string;
  /** It may clear up by itself: a host comes back. */
  readonly mayPass: boolean;
}

/** The next safe step, and why. */
export type Step =
  | Done
  | Hold
  | {
      readonly name:
        | 'wait'
        | 'follow'
        | 'abort-job'
        | 'cancel-destination'
        | 'suspend-source'
        | 'destroy-source'
        | 'finish'
        | 'commit'
        | 'release-source'
        | 'resume-post-copy'
        | 'undefine-destination'
        | 'restore-definition'
        | 'set-autostart'
        | 'undefine-source'
        | 'restore-downtime'
        | 'restore-speed';
      readonly reason: string;
    }
  | {
      readonly name: 'resume-source';
      readonly reason: string;
      /** Later decisions depend on it: never done unwritten. */
      readonly decisive: boolean;
    }
  | {
      readonly name: 'remove-volume' | 'remove-pool';
      readonly reason: string;
      readonly created: Created;
    };

export function step(
  name: Exclude<Step['name'], 'done' | 'hold' | 'resume-source' | 'remove-volume' | 'remove-pool'>,
  reason: string,
): Step {
  return { name, reason };
}

/** For what may clear up when a host answers again. */
export function holdUntilSeen(reason: string, look: string): Hold {
  return { name: 'hold', reason, look, mayPass: true };
}

/** For what only the operator can decide. */
export function holdForOperator(reason: string, look: string): Hold {
  return { name: 'hold', reason, look, mayPass: false };
}
