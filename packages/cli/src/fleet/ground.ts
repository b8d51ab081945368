import type { HostRef, RealEnv } from '@virt-ferry/engine';
import type { Plan, PlanRequest } from '@virt-ferry/fleet';
import type { Engine } from '../engine.ts';

/** What plans are made from. */
export interface Ground {
  /** All that may take part. */
  readonly hosts: readonly HostRef[];
  readonly engine: Engine;
  readonly env: RealEnv;
  readonly seed: number;
  /** How long CPU load is measured. */
  readonly windowMs: number;
  /** Aborted: nothing more is begun. */
  readonly stop: AbortSignal;
  /** Aborted: what runs is aborted, too. */
  readonly abort: AbortSignal;
}

/** What is to be carried out: what is wanted, or a plan as it stands. */
export type Wanted =
  | { readonly kind: 'goal'; readonly request: PlanRequest }
  | { readonly kind: 'plan'; readonly request: PlanRequest; readonly plan: Plan };
