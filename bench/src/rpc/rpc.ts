import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '@virt-ferry/lab';
import { connect } from '@virt-ferry/libvirt';
import { spread } from '../statistics.ts';
import { startDaemon } from './daemon.ts';

const run = promisify(execFile);
const OURS = fileURLToPath(new URL('./ours.ts', import.meta.url));
const PYTHON = fileURLToPath(new URL('../../rivals/python-rpc.py', import.meta.url));
const OUTPUT_MAX_BYTES = 256 * 1024 * 1024;

const works = ['list', 'xml', 'stats'] as const;
type Work = (typeof works)[number];
const rivals = ['ferry', 'virsh', 'python3-libvirt'] as const;
type Who = (typeof rivals)[number];

export interface RpcOptions {
  readonly domains: number;
  readonly rounds: number;
  readonly seed: number;
  readonly json: boolean;
}

const WARM_UP = 4;

/** Milliseconds by who did it. */
type Times = Record<Who, number[]>;
const noTimes = (): Times => ({ ferry: [], virsh: [], 'python3-libvirt': [] });

/**
 * The same work on the same daemon in the same run, in turns. `process`: a fresh process that connects, works and ends.
 * `open`: the work alone, over a connection that is open; virsh can't say that of itself, so what a virsh that does
 * next to nothing needs is taken off.
 */
export async function benchRpc({ domains, rounds, seed, json }: RpcOptions): Promise<void> {
  const daemon = await startDaemon(domains, seed);
  try {
    const names = await domainNames(daemon.uri);
    const whole: Record<Work, Times> = { list: noTimes(), xml: noTimes(), stats: noTimes() };
    const open: Record<Work, Times> = { list: noTimes(), xml: noTimes(), stats: noTimes() };
    // The first round warms caches on all sides and is not counted.
    for (let round = -1; round < rounds; round++) {
      for (const work of works) {
        const turn = await takeTurn(work, daemon.uri, names);
        if (round < 0) continue;
        for (const who of rivals) {
          whole[work][who].push(turn[who].whole);
          open[work][who].push(...turn[who].open);
        }
      }
    }
    if (json) console.log(JSON.stringify({ domains, rounds, seed, whole, open }));
    else print(domains, rounds, seed, whole, open);
  } finally {
    await daemon.stop();
  }
}

interface Turn {
  /** A fresh process, from start to end. */
  readonly whole: number;
  /** The work alone, on a connection that is open. */
  readonly open: readonly number[];
}

async function takeTurn(work: Work, uri: string, names: readonly string[]): Promise<Record<Who, Turn>> {
  const ferry = await timedRun(process.execPath, [OURS, uri, work, 'once']);
  const python = await timedRun('/usr/bin/python3', [PYTHON, uri, work, 'once']);
  const idle = await timedRun('virsh', ['-c', uri, 'hostname']);
  const virsh = await timedRun('virsh', ['-c', uri, ...virshWork(work, names)]);
  const ferryOpen = await timedRun(process.execPath, [OURS, uri, work, 'repeat']);
  const pythonOpen = await timedRun('/usr/bin/python3', [PYTHON, uri, work, 'repeat']);
  // A long-lived process has done it before; the first times warm its caches and its compiler.
  const warm = ({ stdout }: { stdout: string }) => (JSON.parse(stdout) as number[]).slice(WARM_UP);
  return {
    ferry: { whole: ferry.ms, open: warm(ferryOpen) },
    virsh: { whole: virsh.ms, open: [Math.max(0, virsh.ms - idle.ms)] },
    'python3-libvirt': { whole: python.ms, open: warm(pythonOpen) },
  };
}

function virshWork(work: Work, names: readonly string[]): string[] {
  if (work === 'list') return ['list', '--all'];
  if (work === 'stats') return ['domstats'];
  // One process for all of them: virsh's best.
  return [names.map((name) => `dumpxml ${name}`).join('; ')];
}

async function domainNames(uri: string): Promise<string[]> {
  const connection = await connect(uri);
  const { domains } = await connection.connectListAllDomains({ needResults: true, flags: 0 });
  await connection.close();
  return domains.map(({ name }) => name);
}

async function timedRun(file: string, args: readonly string[]): Promise<{ ms: number; stdout: string }> {
  const start = performance.now();
  const { stdout } = await run(file, args, { maxBuffer: OUTPUT_MAX_BYTES });
  return { ms: performance.now() - start, stdout };
}

function print(
  domains: number,
  rounds: number,
  seed: number,
  whole: Record<Work, Times>,
  open: Record<Work, Times>,
): void {
  console.log(
    `${domains} domains of libvirt's test driver, ${rounds} rounds in turns, seed ${seed}; ms: median (range), ratio to ferry`,
  );
  for (const [title, table] of [
    ['open connection, the work alone', open],
    ['fresh process, from start to end', whole],
  ] as const) {
    console.log(`\n${title}`);
    for (const work of works) {
      const times = table[work];
      const mine = median(times.ferry);
      const cells = rivals.map(
        (who) => `${who} ${spread(times[who])} ×${(median(times[who]) / mine).toFixed(2)}`,
      );
      console.log(`  ${work.padEnd(6)} ${cells.join('   ')}`);
    }
  }
}
