import { isFerry } from './settings.ts';
import type { Summary } from './table.ts';

const [WIDTH, HEIGHT] = [640, 360];
const MARGIN = { left: 70, right: 190, top: 20, bottom: 50 };

interface Axis {
  readonly least: number;
  readonly most: number;
  at(value: number): number;
}

/** Both are better the smaller they are, and differ by factors: so the scales are logarithmic. */
function axis(values: readonly number[], from: number, to: number): Axis {
  const [least, most] = [Math.min(...values) / 1.5, Math.max(...values) * 1.5];
  const at = (value: number) => from + ((to - from) * Math.log(value / least)) / Math.log(most / least);
  return { least, most, at };
}

/** Time against the worst stall, a point a setting, as SVG; the line is the frontier that all settings of virsh draw. */
export function plotOf(rows: readonly Summary[], title: string): string {
  const points = rows.map(({ setting, wallS, stallMs }) => ({ setting, x: wallS, y: Math.max(stallMs, 1) }));
  const x = axis(
    points.map((point) => point.x),
    MARGIN.left,
    WIDTH - MARGIN.right,
  );
  const y = axis(
    points.map((point) => point.y),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
  );
  const frontier = frontierOf(points.filter(({ setting }) => !isFerry(setting)));
  const line = frontier.map((point) => `${round(x.at(point.x))},${round(y.at(point.y))}`).join(' ');
  const marks = points.map(({ setting, x: wall, y: stall }) => {
    const [cx, cy] = [round(x.at(wall)), round(y.at(stall))];
    const ours = isFerry(setting);
    const dot = `<circle cx="${cx}" cy="${cy}" r="${ours ? 6 : 4}" fill="${ours ? '#c00' : '#06c'}"/>`;
    return `${dot}<text x="${cx + 9}" y="${cy + 4}"${ours ? ' font-weight="bold"' : ''}>${setting}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${title}: time and worst stall</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...ticks(x).map(
      (value) =>
        `<line x1="${round(x.at(value))}" x2="${round(x.at(value))}" y1="${MARGIN.top}" y2="${HEIGHT - MARGIN.bottom}" stroke="#ddd"/>` +
        `<text x="${round(x.at(value))}" y="${HEIGHT - MARGIN.bottom + 16}" text-anchor="middle">${value}</text>`,
    ),
    ...ticks(y).map(
      (value) =>
        `<line y1="${round(y.at(value))}" y2="${round(y.at(value))}" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" stroke="#ddd"/>` +
        `<text y="${round(y.at(value) + 4)}" x="${MARGIN.left - 6}" text-anchor="end">${value}</text>`,
    ),
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">wall time, s</text>`,
    `<text transform="translate(18 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">worst stall, ms</text>`,
    `<polyline points="${line}" fill="none" stroke="#06c" stroke-dasharray="4 3"/>`,
    ...marks,
    '</svg>',
    '',
  ].join('\n');
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

function ticks({ least, most }: Axis): number[] {
  const all = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
  return all.filter((value) => value >= least && value <= most);
}

const round = (value: number) => Math.round(value * 10) / 10;
