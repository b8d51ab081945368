import { callFaults } from './calls.ts';
import { diskAndClockFaults } from './disks-and-clocks.ts';
import type { Fault } from './fault.ts';
import { linkFaults } from './links.ts';
import { processFaults } from './processes.ts';

/** Everything that a move is tortured with. */
export const faults: readonly Fault[] = [
  ...processFaults,
  ...linkFaults,
  ...callFaults,
  ...diskAndClockFaults,
];
