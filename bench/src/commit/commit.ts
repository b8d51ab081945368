import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { addGuest, median, seededRandom } from '@virt-ferry/lab';
import { startObserver } from '@virt-ferry/lab/faults';
import { type BenchLab, expectWhole, otherSide, outcomeIn, type Side, withLab } from '../move/bench-lab.ts';
import { spread } from '../statistics.ts';

const GUEST = 'idle';
/** On a disk, since a controller's own home is memory: writing the commit down is part of what it costs. */
const STATE = fileURLToPath(new URL(`../../../.cache/bench-commit-${process.pid}`, import.meta.url));
const commits = ['strict', 'finish'] as const;
type Commit = (typeof commits)[number];

/** The pause of one move, in milliseconds, as three saw it. */
interface Pause {
  /** Between the vCPUs' last moment on the source and their first on the destination, as both QEMUs date them. */
  readonly gapMs: number;
  /** Without an answer from the guest, as Ferry measures from outside. */
  readonly blackoutMs: number;
  /** What QEMU reports as its downtime. */
  readonly downtimeMs: number;
}

/**
 * What strict commit costs: moves of an idle guest of 512 MiB to and fro, in which Ferry starts the guest on the
 * destination once that is written down, and others in which libvirt's Finish starts it. Each round has one of both, in
 * random order, so that each way falls to both alike.
 */
export async function benchCommit(options: { rounds: number; seed: number; json: boolean }): Promise<void> {
  const { rounds, seed, json } = options;
  const random = seededRandom(seed);
  const pauses: Record<Commit, Pause[]> = { strict: [], finish: [] };
  await mkdir(STATE, { recursive: true });
  await withLab(async (lab) => {
    const load = { loadMemoryMiB: 1, memoryRateMBps: 0, diskRateMBps: 0 };
    await addGuest(lab.name, { name: GUEST, host: 'alpha', ...load }, (line) =>
      console.error(`lab: ${line}`),
    );
    let at: Side = 'alpha';
    const turn = async (commit: Commit) => {
      const to = otherSide(at);
      const pause = await moveOnce(lab, at, to, commit);
      at = to;
      return pause;
    };
    // Warms both hosts' caches of what their QEMU can do.
    for (const commit of commits) await turn(commit);
    for (let round = 0; round < rounds; round++) {
      for (const commit of random() < 0.5 ? commits : commits.toReversed()) {
        pauses[commit].push(await turn(commit));
      }
    }
    await expectWhole(lab, GUEST);
  }).finally(() => rm(STATE, { recursive: true }));
  if (json) console.log(JSON.stringify({ rounds, seed, pauses }));
  else print(rounds, seed, pauses);
}

async function moveOnce(lab: BenchLab, from: Side, to: Side, commit: Commit): Promise<Pause> {
  const observer = await startObserver(lab.name, GUEST);
  const move = [
    'env',
    `FERRY_STATE=${STATE}`,
    'ferry',
    'migrate',
    GUEST,
    '--from',
    from,
    '--to',
    to,
    '--commit',
    commit,
    '--json',
  ];
  const { stdout } = await lab.timed(move);
  const seen = await observer.stop();
  if (seen.problems.length > 0 || seen.twoRunnersMs > 0) {
    throw new Error(`the observer saw ${seen.twoRunnersMs} ms of two runners; ${seen.problems.join('; ')}`);
  }
  const outcome: Omit<Pause, 'gapMs'> = outcomeIn(stdout);
  return { gapMs: seen.noneMs, blackoutMs: outcome.blackoutMs, downtimeMs: outcome.downtimeMs };
}

function print(rounds: number, seed: number, pauses: Record<Commit, Pause[]>): void {
  console.log(
    `an idle guest of 512 MiB, link 800 Mbit/s, ${rounds} moves of each kind, seed ${seed}; ms: median (range)`,
  );
  for (const [title, pick] of [
    ['nobody runs', ({ gapMs }: Pause) => gapMs],
    ['blackout', ({ blackoutMs }: Pause) => blackoutMs],
    ['downtime', ({ downtimeMs }: Pause) => downtimeMs],
    // libvirt counts until the end of Finish: what follows is the commit, free of how long the copying took.
    ['gap - downtime', ({ gapMs, downtimeMs }: Pause) => gapMs - downtimeMs],
  ] as const) {
    const of = (commit: Commit) => pauses[commit].map(pick);
    const more = (median(of('strict')) - median(of('finish'))).toFixed(1);
    console.log(
      `  ${title.padEnd(14)} strict ${spread(of('strict'))}   finish ${spread(of('finish'))}   strict - finish ${more}`,
    );
  }
}
