import type { Plan } from '@virt-ferry/fleet';
import { formatDuration } from '../units/duration.ts';
import { formatBytes } from '../units/rate.ts';
import { oneLine } from './printable.ts';
import { table } from './table.ts';

/** A plan for people: its moves in order with times, what it comes to, and what finds no place. */
export function planText(plan: Plan, explain: boolean): string {
  const { moves, unplaced, notes } = plan;
  const parts = [
    ...(moves.length > 0 ? [movesTable(plan, explain), ''] : []),
    ...summary(plan),
    ...notes.map((note) => oneLine(`note: ${note}`)),
  ];
  if (unplaced.length > 0)
    parts.push(
      '',
      table(
        ['STAYS', 'WHY'],
        unplaced.map(({ domain, reason }) => [domain, reason]),
      ),
    );
  return parts.join('\n');
}

function movesTable({ moves }: Plan, explain: boolean): string {
  const header = ['MOVE', 'DOMAIN', 'FROM', 'TO', 'STARTS', 'TAKES', 'SENDS'];
  return table(
    explain ? [...header, 'AFTER', 'WHY'] : header,
    moves.map(({ id, domain, from, to, after, startS, endS, bytes, reason }) => [
      ...[id, domain, from, to, time(startS), time(endS - startS), formatBytes(bytes)],
      ...(explain ? [after.join(', ') || '-', reason] : []),
    ]),
  );
}

function summary({ goal, moves, makespanS, lowerBoundS, score }: Plan): string[] {
  const figure = (value: number) => String(Math.round(value * 1000) / 1000);
  const bound = score.bound === undefined ? '' : `, not below ${figure(score.bound)}`;
  const scored = `${score.name}: ${figure(score.before)} before, ${figure(score.after)} after${bound}`;
  if (moves.length === 0) return [`${goal}: no moves`, scored];
  const bytes = moves.reduce((sum, move) => sum + move.bytes, 0);
  const count = moves.length === 1 ? '1 move' : `${moves.length} moves`;
  return [
    `${goal}: ${count}, ${formatBytes(bytes)}, ${time(makespanS)}; no order of them takes less than ${time(lowerBoundS)}`,
    scored,
  ];
}

function time(seconds: number): string {
  return formatDuration(seconds * 1000);
}
