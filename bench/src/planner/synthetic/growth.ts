import { across, plotWith, round, upwards } from '../../plot/plot.ts';

/** What one plan took. */
export interface Took {
  readonly domains: number;
  readonly goal: string;
  /** Seconds on a processor. */
  readonly processorS: number;
}

const COLOURS = ['#c00', '#06c', '#080', '#a60'];

/** How the work grows with the fleet, a line a goal, as SVG. */
export function growthPlot(all: readonly Took[]): string {
  const x = across(all.map(({ domains }) => domains));
  const y = upwards(all.map(({ processorS }) => processorS));
  const marks = [...Map.groupBy(all, ({ goal }) => goal)].flatMap(([goal, took], at) => {
    const colour = COLOURS[at % COLOURS.length];
    const points = took
      .toSorted((one, other) => one.domains - other.domains)
      .map(({ domains, processorS }) => [round(x.at(domains)), round(y.at(processorS))] as const);
    const last = points.at(-1) ?? [0, 0];
    return [
      `<polyline points="${points.map((point) => point.join()).join(' ')}" fill="none" stroke="${colour}"/>`,
      ...points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`),
      `<text x="${last[0] + 8}" y="${last[1] + 4}" fill="${colour}">${goal}</text>`,
    ];
  });
  const title = 'What planning takes, by the size of the fleet';
  return plotWith({ title, x, y, xTitle: 'domains', yTitle: 'seconds on a processor', marks });
}
