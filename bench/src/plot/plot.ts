const [WIDTH, HEIGHT] = [640, 360];
const MARGIN = { left: 70, right: 190, top: 20, bottom: 50 };

/** A logarithmic scale: what is compared differs by factors. */
export interface Axis {
  readonly least: number;
  readonly most: number;
  /** Where a value is, in the units of the picture. */
  at(value: number): number;
}

function axis(values: readonly number[], from: number, to: number): Axis {
  const [least, most] = [Math.min(...values) / 1.5, Math.max(...values) * 1.5];
  const at = (value: number) => from + ((to - from) * Math.log(value / least)) / Math.log(most / least);
  return { least, most, at };
}

/** For values above 0, from left to right. */
export const across = (values: readonly number[]) => axis(values, MARGIN.left, WIDTH - MARGIN.right);
/** For values above 0, from below. */
export const upwards = (values: readonly number[]) => axis(values, HEIGHT - MARGIN.bottom, MARGIN.top);

/** A picture as SVG: two scales with their grids, and the marks in it. */
export function plotWith({
  title,
  x,
  y,
  xTitle,
  yTitle,
  marks,
}: {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Parts of an SVG. */
  readonly marks: readonly string[];
}): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
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
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${xTitle}</text>`,
    `<text transform="translate(18 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${yTitle}</text>`,
    ...marks,
    '</svg>',
    '',
  ].join('\n');
}

/** 1, 2 and 5 times the powers of ten; over more than four of them only the powers. */
function ticks({ least, most }: Axis): number[] {
  const steps = most / least > 1e4 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: 13 }, (_, at) => 10 ** (at - 4));
  return powers
    .flatMap((power) => steps.map((step) => Number((step * power).toPrecision(1))))
    .filter((value) => value >= least && value <= most);
}

export const round = (value: number) => Math.round(value * 10) / 10;
