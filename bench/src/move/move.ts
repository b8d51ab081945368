import { addGuest, median } from '@virt-ferry/lab';
import { spread } from '../statistics.ts';
import {
  addressOf,
  type BenchLab,
  expectWhole,
  otherSide,
  outcomeIn,
  type Side,
  uriOf,
  withLab,
} from './bench-lab.ts';

const GUEST = 'idle';
type Who = 'ferry' | 'virsh';

interface Move {
  /** The command, from start to end. */
  readonly wallMs: number;
  /** The pause that QEMU reports. */
  readonly downtimeMs: number;
}

/**
 * Moves an idle guest of 512 MiB to and fro, `ferry migrate` (all checks, journal, blackout measured) and `virsh migrate
 * --live` in turns, each as often in each direction.
 */
export async function benchMove({ rounds, json }: { rounds: number; json: boolean }): Promise<void> {
  const moves: Record<Who, Move[]> = { ferry: [], virsh: [] };
  await withLab(async (lab) => {
    const report = (line: string) => console.error(`lab: ${line}`);
    await addGuest(
      lab.name,
      { name: GUEST, host: 'alpha', loadMemoryMiB: 1, memoryRateMBps: 0, diskRateMBps: 0 },
      report,
    );
    let at: Side = 'alpha';
    const turn = async (who: Who, counts: boolean) => {
      const to = otherSide(at);
      const move = await (who === 'ferry' ? byFerry(lab, at, to) : byVirsh(lab, at, to));
      at = to;
      if (counts) moves[who].push(move);
    };
    // Warms both hosts' caches of what their QEMU can do, in both directions.
    for (const who of ['ferry', 'virsh'] as const) await turn(who, false);
    for (let round = 0; round < rounds; round++) {
      const order: Who[] = round % 2 === 0 ? ['ferry', 'virsh'] : ['virsh', 'ferry'];
      for (const who of order) await turn(who, true);
    }
    await expectWhole(lab, GUEST);
  });
  if (json) console.log(JSON.stringify({ rounds, moves }));
  else print(rounds, moves);
}

async function byFerry(lab: BenchLab, from: Side, to: Side): Promise<Move> {
  const { ms, stdout } = await lab.timed(['ferry', 'migrate', GUEST, '--from', from, '--to', to, '--json']);
  const outcome: { downtimeMs: number } = outcomeIn(stdout);
  return { wallMs: ms, downtimeMs: outcome.downtimeMs };
}

/** With the flags that do what Ferry does, and the one that the lab's shared directory needs. */
async function byVirsh(lab: BenchLab, from: Side, to: Side): Promise<Move> {
  const flags = ['--live', '--persistent', '--undefinesource', '--unsafe'];
  const { ms } = await lab.timed([
    'virsh',
    '-c',
    uriOf(from),
    'migrate',
    ...flags,
    GUEST,
    uriOf(to),
    `tcp://${addressOf(to)}`,
  ]);
  const { stdout } = await lab.timed(['virsh', '-c', uriOf(to), 'domjobinfo', '--completed', GUEST]);
  return { wallMs: ms, downtimeMs: Number(/^Total downtime:\s+(\d+)/m.exec(stdout)?.[1]) };
}

function print(rounds: number, moves: Record<Who, Move[]>): void {
  console.log(
    `an idle guest of 512 MiB, link 800 Mbit/s, ${rounds} moves by each, in turns; ms: median (range)`,
  );
  for (const [title, pick] of [
    ['wall time', 'wallMs'],
    ['QEMU downtime', 'downtimeMs'],
  ] as const) {
    const of = (who: Who) => moves[who].map((move) => move[pick]);
    const ratio = (median(of('ferry')) / median(of('virsh'))).toFixed(2);
    console.log(
      `  ${title.padEnd(14)} ferry ${spread(of('ferry'))}   virsh ${spread(of('virsh'))}   ferry/virsh ${ratio}`,
    );
  }
}
