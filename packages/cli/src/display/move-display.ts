import type { MoveEvent, Outcome } from '@virt-ferry/engine';

/** Shows a move as it goes. */
export interface MoveDisplay {
  event(event: MoveEvent): void;
  /** Tells the user something that is no event of the move. */
  say(text: string): void;
  end(outcome: Outcome): void;
  /** Leaves the terminal as it was, whatever happened. */
  close(): void;
}
