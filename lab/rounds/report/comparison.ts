import type { RoundResult, Tool, TroubleKind } from '../result.ts';
import { count, table } from './tables.ts';

const columns: readonly (readonly [string, readonly TroubleKind[]])[] = [
  ['two run', ['two-runners']],
  ['nobody runs it, though it could be saved', ['nobody-runs']],
  ['a stopped copy is left', ['left-process']],
  ['a definition is left', ['left-definition']],
  ['a disk is left', ['left-disk']],
  ['something else is left', ['left-other']],
  ['the guest is damaged', ['damaged']],
];

/** How often each of the two tools left what, under the same faults at the same places. */
export function comparison(results: readonly RoundResult[]): string {
  const met = results.filter(({ met }) => met);
  const rowOf = (tool: Tool, who: string) => {
    const of = met.filter(({ plan }) => plan.tool === tool);
    const found = columns.map(([, kinds]) =>
      String(count(of, ({ wrong }) => wrong.some(({ kind }) => kinds.includes(kind)))),
    );
    return [who, String(of.length), String(count(of, ({ wrong }) => wrong.length === 0)), ...found];
  };
  const header = ['', 'rounds', 'all well', ...columns.map(([name]) => name)];
  return table(header, [rowOf('virsh', '`virsh migrate`'), rowOf('ferry', 'Ferry')]);
}
