import type { Choice, HostRef, RealEnv } from '@virt-ferry/engine';
import type { Engine } from '../engine.ts';
import type { Io } from '../io.ts';

export interface RecoverCommandOptions {
  readonly choose?: Choice;
  readonly dryRun?: boolean;
  readonly wait: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** All that recovering one operation takes. */
export interface Recovering {
  readonly engine: Engine;
  readonly env: RealEnv;
  readonly io: Io;
  readonly options: Omit<RecoverCommandOptions, 'wait'>;
  readonly patienceMs: number;
  /** Where hosts are now: they may have got a new address since. */
  readonly hosts: readonly HostRef[];
}
