import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEnv } from '@virt-ferry/engine';
import {
  addGuest,
  CONTROLLER,
  hostRoot,
  median,
  queryGuest,
  removeGuest,
  seededRandom,
} from '@virt-ferry/lab';
import { type BenchLab, expectWhole, otherSide, outcomeIn, type Side, withLab } from '../move/bench-lab.ts';
import { type ClassName, guestOf } from '../ways/classes.ts';
import { NEWER } from '../ways/newer.ts';
import { HOSTS, writeHosts } from '../ways/play.ts';

export interface ForecastOptions {
  /** Moves of each of the two halves. */
  readonly moves: number;
  readonly seed: number;
  /** A file to write the traces of the moves to, for bench policies. */
  readonly traces: string | undefined;
  readonly json: boolean;
}

/** What was foretold of a move, and what came. */
interface Told {
  readonly className: ClassName;
  readonly totalMs: Pair;
  readonly downtimeMs: Pair;
}

interface Pair {
  readonly p50: number;
  readonly p90: number;
  readonly actual: number;
}

/** Ferry learns how far off it is from these kinds of guests … */
const learntFrom: readonly ClassName[] = ['idle', 'busy-sparse', 'hot-and-cold'];
/** … and is judged by those, of which it has seen none. */
const judgedBy: readonly ClassName[] = ['busy-full', 'cpu-bound', 'disk', 'storm'];

/** Where Ferry's journal is in the controller. */
const STATE = '/tmp/bench-state';

/** Each guest moves so often; then another one is drawn. */
const MOVES_A_GUEST = 3;

/** Moves many guests, and compares what Ferry said of each as it began with what came. */
export async function benchForecast({ moves, seed, traces, json }: ForecastOptions): Promise<void> {
  const random = seededRandom(seed);
  const told: Told[] = [];
  await withLab(async (lab) => {
    await writeHosts(lab);
    for (const kinds of [learntFrom, judgedBy]) told.push(...(await moveMany(lab, kinds, moves, random)));
    if (traces) await writeTraces(lab, traces);
  }, NEWER);
  if (json) console.log(JSON.stringify({ moves, seed, told }));
  else print(seed, told);
}

/** What Ferry's own journal has of these moves. */
async function writeTraces(lab: BenchLab, path: string): Promise<void> {
  const journalPath = join(await hostRoot(lab.name, CONTROLLER), STATE, 'journal.db');
  const env = createEnv({ journalPath });
  const measured = await env.journal.measured({ limit: 1000 });
  await env.close();
  const kept = measured.flatMap(({ trace, forecast }) => (trace && forecast ? [{ trace, forecast }] : []));
  await writeFile(path, `${JSON.stringify(kept)}\n`);
}

async function moveMany(
  lab: BenchLab,
  kinds: readonly ClassName[],
  moves: number,
  random: () => number,
): Promise<Told[]> {
  const told: Told[] = [];
  for (let guests = 0; told.length < moves; guests++) {
    const className = kinds[guests % kinds.length] as ClassName;
    const name = `f-${className}-${guests}`;
    await addGuest(lab.name, { name, host: 'alpha', ...guestOf(className, random) });
    await throughOnce(lab, name);
    let from: Side = 'alpha';
    for (let turn = 0; turn < MOVES_A_GUEST && told.length < moves; turn++) {
      const to = otherSide(from);
      told.push(await moveOnce(lab, name, className, from, to));
      from = to;
    }
    await expectWhole(lab, name);
    await removeGuest(lab.name, name, ['alpha', 'beta']);
  }
  return told;
}

/** A guest that has just started has not written to all that it will. */
async function throughOnce(lab: BenchLab, name: string): Promise<void> {
  for (let asked = 0; asked < 60; asked++) {
    const { memory } = await queryGuest(lab.name, name, 'status');
    if (memory.passes > 0 || memory.rateBytesPerS === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function moveOnce(
  lab: BenchLab,
  name: string,
  className: ClassName,
  from: Side,
  to: Side,
): Promise<Told> {
  const { stdout } = await lab.timed([
    ...[
      'env',
      `FERRY_STATE=${STATE}`,
      `FERRY_HOSTS=${HOSTS}`,
      'ferry',
      'migrate',
      name,
      '--from',
      from,
      '--to',
      to,
    ],
    ...['--source-disks', 'delete', '--json'],
  ]);
  const { totalMs, downtimeMs, forecast } = outcomeIn(stdout);
  if (!forecast) throw new Error(`nothing was foretold of ${name}`);
  const told = {
    className,
    totalMs: { ...forecast.totalMs, actual: totalMs },
    downtimeMs: { ...forecast.downtimeMs, actual: downtimeMs },
  };
  console.error(`${name}: ${forecast.totalMs.p50} (${forecast.totalMs.p90}) foretold, ${totalMs} ms came`);
  return told;
}

function print(seed: number, told: readonly Told[]): void {
  console.log(`seed ${seed}; how far off the forecast of a move was as it began`);
  console.log(
    '| kinds | moves | total time, usually off by | below its p90 | pause, usually off by | below its p90 |',
  );
  console.log('| --- | --- | --- | --- | --- | --- |');
  const row = (title: string, kinds: readonly ClassName[]) => {
    const some = told.filter(({ className }) => kinds.includes(className));
    if (some.length === 0) return;
    const cells = [some.map(({ totalMs }) => totalMs), some.map(({ downtimeMs }) => downtimeMs)].flatMap(
      summary,
    );
    console.log(`| ${[title, some.length, ...cells].join(' | ')} |`);
  };
  row(`learnt from: ${learntFrom.join(', ')}`, learntFrom);
  row(`judged by: ${judgedBy.join(', ')}`, judgedBy);
  for (const kind of [...learntFrom, ...judgedBy]) row(kind, [kind]);
}

function summary(pairs: readonly Pair[]): string[] {
  const off = median(pairs.map(({ p50, actual }) => Math.abs(p50 - actual) / Math.max(actual, 1)));
  const below = pairs.filter(({ p90, actual }) => actual <= p90).length / pairs.length;
  return [`${Math.round(100 * off)} %`, `${Math.round(100 * below)} %`];
}
