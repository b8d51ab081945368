import type { Ended, Plan, PlannedMove } from '@virt-ferry/fleet';
import { asksFirst, confirmed } from '../ask.ts';
import { planText } from '../display/plan.ts';
import { oneLine } from '../display/printable.ts';
import type { Audience, CarriedOut } from '../fleet/carry-out.ts';
import type { RollAudience } from '../fleet/roll.ts';
import { type Io, printJsonLine, printLine, tell } from '../io.ts';
import { formatDuration } from '../units/duration.ts';
import type { Running } from './running.ts';

/** Shows each plan, asks about the first, and tells of each move. */
export function audience(options: Running['options'], io: Io): Audience {
  const { json, explain } = options;
  const beganMs = new Map<string, number>();
  const say = ({ domain, from, to }: PlannedMove, what: string) =>
    tell(io, oneLine(`${domain}: ${from} → ${to}: ${what}`));
  return {
    async planned(plan, round) {
      if (json) {
        printJsonLine(io, { type: 'plan', ...plan });
        return true;
      }
      tell(io, planText(plan, explain ?? false));
      return round > 1 || agreed(plan, options, io);
    },
    began(move) {
      beganMs.set(move.id, io.monotonicMs());
      if (json) printJsonLine(io, { type: 'move-began', id: move.id, domain: move.domain, to: move.to });
      else say(move, 'begins');
    },
    ended(move, { result, reason }: Ended) {
      const totalMs = io.monotonicMs() - (beganMs.get(move.id) ?? io.monotonicMs());
      const { id, domain, to } = move;
      if (json) printJsonLine(io, { type: 'move-ended', id, domain, to, result, reason, totalMs });
      else say(move, result === 'moved' ? `moved in ${formatDuration(totalMs)}` : `${result}: ${reason}`);
    },
  };
}

/** The same for a roll, which is agreed to as a whole before its first plan. */
export function rollAudience(options: Running['options'], io: Io): RollAudience {
  const { json } = options;
  return {
    ...audience({ ...options, yes: true }, io),
    step(host, what) {
      if (json) printJsonLine(io, { type: 'step', host, what });
      else tell(io, oneLine(`${host}: ${what}`));
    },
    printed(host, line) {
      if (json) printJsonLine(io, { type: 'output', host, line });
      else tell(io, oneLine(`${host}| ${line}`));
    },
  };
}

/** Where somebody is there to be asked, they are. */
async function agreed({ moves }: Plan, options: Running['options'], io: Io): Promise<boolean> {
  if (moves.length === 0 || !asksFirst(options, io)) return true;
  return confirmed(`Carry out ${moves.length === 1 ? 'this move' : `these ${moves.length} moves`}?`, io);
}

/** How it ended; data on stdout. */
export function report(
  { result, reason, moved, stays }: CarriedOut,
  { json }: Running['options'],
  io: Io,
): void {
  if (json) {
    printJsonLine(io, { type: 'outcome', result, reason, moved, stays });
    return;
  }
  printLine(io, `${moved.length === 1 ? '1 domain has' : `${moved.length} domains have`} moved`);
  for (const one of stays) printLine(io, oneLine(`${one.domain} stays: ${one.reason}`));
  if (reason !== undefined) printLine(io, oneLine(`${result}: ${reason}`));
}
