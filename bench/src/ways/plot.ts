import { across, plotWith, round, upwards } from '../plot/plot.ts';
import { isFerry } from './settings.ts';
import type { Summary } from './table.ts';

/** Time against the worst stall, a point a setting, as SVG; the line is the frontier that all settings of virsh draw. */
export function plotOf(rows: readonly Summary[], title: string): string {
  const points = rows.map(({ setting, wallS, stallMs }) => ({ setting, x: wallS, y: Math.max(stallMs, 1) }));
  const x = across(points.map((point) => point.x));
  const y = upwards(points.map((point) => point.y));
  const frontier = frontierOf(points.filter(({ setting }) => !isFerry(setting)));
  const line = frontier.map((point) => `${round(x.at(point.x))},${round(y.at(point.y))}`).join(' ');
  const marks = points.map(({ setting, x: wall, y: stall }) => {
    const [cx, cy] = [round(x.at(wall)), round(y.at(stall))];
    const ours = isFerry(setting);
    const dot = `<circle cx="${cx}" cy="${cy}" r="${ours ? 6 : 4}" fill="${ours ? '#c00' : '#06c'}"/>`;
    return `${dot}<text x="${cx + 9}" y="${cy + 4}"${ours ? ' font-weight="bold"' : ''}>${setting}</text>`;
  });
  return plotWith({
    title: `${title}: time and worst stall`,
    ...{ x, y, xTitle: 'wall time, s', yTitle: 'worst stall, ms' },
    marks: [`<polyline points="${line}" fill="none" stroke="#06c" stroke-dasharray="4 3"/>`, ...marks],
  });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Those that no other beats in both. */
function frontierOf<T extends Point>(points: readonly T[]): T[] {
  return points
    .filter((one) => !points.some((other) => other !== one && other.x <= one.x && other.y <= one.y))
    .sort((one, other) => one.x - other.x);
}
