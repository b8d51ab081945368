import { oneLine, widthOf } from './printable.ts';

/** Columns side by side, padded to the widest cell of each. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows.map((row) => row.map(oneLine))];
  const widths = header.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))));
  const padded = (cell: string, column: number) =>
    cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)));
  return all.map((row) => row.map(padded).join('  ').trimEnd()).join('\n');
}
