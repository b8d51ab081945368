import { appendFile } from 'node:fs/promises';
import { addGuest, type Guest, median, queryGuest, removeGuest, seededRandom } from '@virt-ferry/lab';
import { type BenchLab, expectWhole, otherSide, type Side, withLab } from '../move/bench-lab.ts';
import { allowedFor, type ClassName, classNames, guestOf, LINK_BYTES_PER_S, topologyOf } from './classes.ts';
import { type Played, play, writeHosts } from './play.ts';
import { FERRY, isPostCopy, virshSettings } from './settings.ts';
import { tableOf } from './table.ts';

export interface WaysOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Which classes of guests, and which settings of virsh: all where not given. */
  readonly classes: readonly string[];
  readonly settings: readonly string[];
  /** A file to which what came of each guest is added, a line each. */
  readonly results: string | undefined;
  readonly json: boolean;
}

/** What came of one guest. */
export interface Result {
  readonly className: ClassName;
  readonly seed: number;
  readonly guest: Pick<Guest, 'memoryMiB' | 'loadMemoryMiB' | 'memoryRateMBps' | 'pattern' | 'access'>;
  /** What it writes undisturbed. */
  readonly bytesPerS: number;
  /** What is in use over what the link carries: nobody can be faster without post-copy or compression. */
  readonly floorMs: number;
  readonly played: readonly Played[];
}

/** Moves guests of each class to and fro, by Ferry as it comes and by virsh with each setting, in turns. */
export async function benchWays(options: WaysOptions): Promise<void> {
  const random = seededRandom(options.seed);
  const classes = chosen(classNames, options.classes, 'class');
  const settings = chosen(Object.keys(virshSettings), options.settings, 'setting');
  if (!options.json) console.log(`seed ${options.seed}, ${options.rounds} rounds, link 800 Mbit/s`);
  for (const topology of new Set(classes.map(topologyOf)))
    await withLab(async (lab) => {
      await writeHosts(lab);
      for (const className of classes.filter((name) => topologyOf(name) === topology)) {
        const result = await benchClass(lab, className, settings, { ...options, random });
        if (options.results) await appendFile(options.results, `${JSON.stringify(result)}\n`);
        console.log(options.json ? JSON.stringify(result) : tableOf(result));
      }
    }, topology);
}

function chosen<T extends string>(all: readonly T[], wanted: readonly string[], what: string): readonly T[] {
  const unknown = wanted.find((name) => !all.some((one) => one === name));
  if (unknown === undefined) return wanted.length === 0 ? all : all.filter((one) => wanted.includes(one));
  console.error(`bench: there is no ${what} ${unknown}: expected ${all.join(', ')}`);
  process.exit(2);
}

async function benchClass(
  lab: BenchLab,
  className: ClassName,
  settings: readonly string[],
  { rounds, seed, random }: WaysOptions & { readonly random: () => number },
): Promise<Result> {
  const report = (line: string) => console.error(`lab: ${line}`);
  const name = `b-${className}`;
  const guest = await addGuest(lab.name, { name, host: 'alpha', ...guestOf(className, random) }, report);
  const bytesPerS = await pace(lab, name);
  const allowed = allowedFor[className];
  let at: Side = 'alpha';
  const turn = async (setting: string) => {
    const to = otherSide(at);
    const played = await play(lab, guest, setting, at, to);
    report(
      `${className}: ${setting}: ${(played.wallMs / 1000).toFixed(1)} s, worst stall ${played.worstStallMs} ms`,
    );
    at = to;
    return played;
  };
  // Both directions are known to all then.
  for (const setting of [allowed ?? FERRY, allowed ?? FERRY]) await turn(setting);
  const played: Played[] = [];
  const all = [FERRY, ...(allowed === undefined ? [] : [allowed]), ...settings].filter(
    (setting) => className !== 'post-copy' || isPostCopy(setting),
  );
  for (let round = 0; round < rounds; round++)
    for (const setting of shuffled(all, random)) played.push(await turn(setting));
  await expectWhole(lab, name);
  await removeGuest(lab.name, name, ['alpha', 'beta']);
  const { memoryMiB, loadMemoryMiB, memoryRateMBps, pattern, access } = guest;
  return {
    ...{ className, seed, bytesPerS, played },
    guest: { memoryMiB, loadMemoryMiB, memoryRateMBps, pattern, access },
    floorMs: (1000 * median(played.flatMap(({ onceBytes }) => onceBytes ?? []))) / LINK_BYTES_PER_S,
  };
}

/** Long enough to average over many turns of its workload. */
const PACE_MS = 5000;

async function pace(lab: BenchLab, name: string): Promise<number> {
  await queryGuest(lab.name, name, 'reset');
  await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  const { sinceReset } = await queryGuest(lab.name, name, 'status');
  return sinceReset === null ? 0 : (1000 * sinceReset.memoryBytes) / sinceReset.outsideMs;
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ value }) => value);
}
