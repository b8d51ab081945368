import type { MoveEvent, Outcome } from '@virt-ferry/engine';
import type { RecoveryEnd } from './recovery.ts';

/** Shows a move as it goes. */
export interface MoveDisplay {
  event(event: MoveEvent): void;
  /** Tells the user something that is no event of the move. */
  say(text: string): void;
  /** `recovery`: what is still open, where this ends a recovery. */
  end(outcome: Outcome, recovery?: RecoveryEnd): void;
  /** Leaves the terminal as it was, whatever happened. */
  close(): void;
}
