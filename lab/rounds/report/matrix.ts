import { median } from '../../src/statistics.ts';
import { faults } from '../fault/faults.ts';
import { pointsOf } from '../point.ts';
import type { RoundResult } from '../result.ts';
import { type Way, ways, wayText } from '../way.ts';
import { count, table } from './tables.ts';

/** What all rounds say, for the page on recovery. */
export function summary(results: readonly RoundResult[]): string {
  const met = results.filter(({ met }) => met);
  const times = met.flatMap(({ recovered }) => (recovered ? [recovered.ms] : []));
  const facts = [
    `${met.length} rounds came to their point (${results.length - met.length} did not, and count for nothing).`,
    `${count(met, ({ wrong }) => wrong.length === 0)} passed.`,
    `Two runners: in ${count(met, ({ twoRunnersMs }) => twoRunnersMs > 0)} rounds.`,
    `\`ferry recover\` was needed in ${times.length}; from its start to its end it took ${median(times)} ms (median), ${Math.max(0, ...times)} ms at most.`,
  ];
  const rows = faults.map(({ name, text }) => {
    const of = met.filter(({ plan }) => plan.fault === name);
    const ends = (['source', 'destination', 'lost'] as const).map((end) =>
      String(count(of, (one) => one.end === end)),
    );
    const longest = Math.max(0, ...of.map(({ noneMs }) => noneMs));
    const failed = count(of, ({ wrong }) => wrong.length > 0);
    return [
      `\`${name}\``,
      text,
      String(of.length),
      ...ends,
      `${(longest / 1000).toFixed(1)} s`,
      String(failed),
    ];
  });
  const header = ['fault', 'what happens', 'rounds', 'on the source', 'on the destination', 'lost'];
  return `${facts.join(' ')}\n\n${table([...header, 'nobody ran it for at most', 'failed'], rows)}`;
}

/** Each way, point and fault: where the guest was in the end. */
export function matrix(results: readonly RoundResult[]): string {
  return ways.map((way) => `## ${wayText(way)}\n\n${matrixOf(way, results)}`).join('\n\n');
}

function matrixOf(way: Way, results: readonly RoundResult[]): string {
  const mine = results.filter(({ plan, met }) => met && wayText(plan.way) === wayText(way));
  const header = ['', ...faults.map(({ name }) => name)];
  const rows = pointsOf(way).map(({ name }) => [
    name,
    ...faults.map((fault) =>
      cell(mine.filter(({ plan }) => plan.point === name && plan.fault === fault.name)),
    ),
  ]);
  return table(header, rows);
}

/** S: on the source, D: on the destination, L: lost with the QEMU that held it; ✘: failed. A letter a round. */
function cell(results: readonly RoundResult[]): string {
  const letters = { source: 'S', destination: 'D', lost: 'L' } as const;
  return results.map(({ end, wrong }) => (wrong.length > 0 ? `✘${letters[end]}` : letters[end])).join('');
}
