import type { Guest } from '@virt-ferry/lab';
import type { Undo } from '@virt-ferry/lab/faults';
import type { HostName, Stage } from '../stage.ts';
import type { Way } from '../way.ts';

/** Whoever makes the move, Ferry or virsh, as a fault meets it. */
export interface Mover {
  kill(): Promise<void>;
  stop(): Promise<void>;
  wake(): Promise<void>;
  jump(byMs: number): void;
}

/** Where a fault is to happen. */
export interface Place {
  readonly stage: Stage;
  readonly guest: Guest;
  readonly way: Way;
  readonly from: HostName;
  readonly to: HostName;
  /** The call of libvirt that comes next. */
  readonly procedure: { readonly at: HostName; readonly number: number } | null;
}

/** What a fault can be done to. */
export interface Target extends Place {
  readonly mover: Mover;
}

/** One way in which things go wrong. */
export interface Fault {
  readonly name: string;
  /** What happens, for the published matrix. */
  readonly text: string;
  /** How long it lasts: `at-once` is over when it is done; `until-ended` lasts as long as the mover is at work. */
  readonly lasts: 'at-once' | 'a-while' | 'until-ended';
  /** Where it makes sense; everywhere if not given. */
  readonly fits?: (place: Pick<Place, 'way' | 'procedure'>) => boolean;
  /** Which QEMU it kills: the guest may be lost with it. */
  readonly kills?: 'source' | 'destination';
  /** What must be there before the move begins. */
  readonly setUp?: (place: Place) => Promise<Undo>;
  inject(target: Target): Promise<Undo>;
}

export const nothing: Undo = () => Promise.resolve();
