import { randomUUID } from 'node:crypto';
import { captureInHost, connectHost, median, seededRandom } from '@virt-ferry/lab';
import { addressOf, type BenchLab, uriOf, withLab } from '../move/bench-lab.ts';
import { spread } from '../statistics.ts';
import { BASE, type Case, prepare, prepareBase, TOP } from './images.ts';

const MIB = 1024 ** 2;
const NAME = 'disks';
type Who = 'ferry' | 'virsh' | 'virsh --copy-storage-inc';

interface Copy {
  readonly wallMs: number;
  /** All that came to the destination's network device. */
  readonly wireBytes: number;
}

/**
 * Moves a guest that does nothing, with little memory, from alpha to beta with its local disk: `ferry migrate` as it is,
 * and virsh with a target that was made by hand before its time begins. What came over the wire is counted on beta.
 */
export async function benchDisks(options: { rounds: number; seed: number; json: boolean }): Promise<void> {
  const { rounds, seed, json } = options;
  const random = seededRandom(seed);
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const cases: Case[] = [
    { name: 'raw', format: 'raw', virtualMiB: between(768, 1280), dataMiB: between(300, 500), base: null },
    {
      name: 'qcow2',
      format: 'qcow2',
      virtualMiB: between(768, 1280),
      dataMiB: between(300, 500),
      base: null,
    },
    {
      ...{ name: 'overlay, base there', format: 'qcow2', virtualMiB: 2048, dataMiB: 100 },
      base: { dataMiB: between(900, 1100), isThere: true },
    },
    {
      ...{ name: 'overlay, base missing', format: 'qcow2', virtualMiB: 512, dataMiB: between(40, 60) },
      base: { dataMiB: between(90, 130), isThere: false },
    },
  ];
  const results: { one: Case; allocated: number; copies: Record<string, Copy[]> }[] = [];
  await withLab(async (lab) => {
    for (const one of cases) {
      const baseBytes = await prepareBase(lab.name, one, seed);
      const who: Who[] = [
        'ferry',
        'virsh',
        ...(one.base?.isThere ? (['virsh --copy-storage-inc'] as const) : []),
      ];
      const copies: Record<string, Copy[]> = Object.fromEntries(who.map((name) => [name, []]));
      let allocated = 0;
      for (let round = -1; round < rounds; round++) {
        const order = round % 2 === 0 ? who : who.toReversed();
        for (const rival of order) {
          allocated = (await prepare(lab.name, one, seed)) + (one.base?.isThere ? 0 : baseBytes);
          const copy = await moveOnce(lab, rival, one);
          if (round >= 0) copies[rival]?.push(copy);
        }
        console.error(`bench: ${one.name}, round ${round + 1} of ${rounds}`);
      }
      results.push({ one, allocated, copies });
    }
  });
  if (json) console.log(JSON.stringify({ rounds, seed, results }));
  else print(rounds, seed, results);
}

async function moveOnce(lab: BenchLab, who: Who, one: Case): Promise<Copy> {
  const [alpha, beta] = await Promise.all(['alpha', 'beta'].map((host) => connectHost(lab.name, host)));
  if (!alpha || !beta) throw new Error('the lab has no such hosts');
  try {
    // Ferry would not move a guest that is started anew from a disk that it has moved away from.
    const uuid = randomUUID();
    const xml = tinyDomain(one, uuid);
    const { dom } = await alpha.domainDefineXmlFlags({ xml, flags: 0 });
    await alpha.domainCreateWithFlags({ dom, flags: 0 });
    if (who !== 'ferry') await makeTarget(lab, who, one);
    const before = await receivedBytes(lab);
    const { ms } = await lab.timed(who === 'ferry' ? byFerry() : byVirsh(who));
    const wireBytes = (await receivedBytes(lab)) - before;
    const { dom: there } = await beta.domainLookupByUuid({ uuid });
    await beta.domainDestroyFlags({ dom: there, flags: 0 });
    await beta.domainUndefineFlags({ dom: there, flags: 0 });
    return { wallMs: ms, wireBytes };
  } finally {
    await Promise.all([alpha.close(), beta.close()]);
  }
}

function byFerry(): string[] {
  const way = ['--from', uriOf('alpha'), '--to', uriOf('beta')];
  return ['ferry', 'migrate', NAME, ...way, '--probe', 'none', '--json'];
}

function byVirsh(who: Who): string[] {
  const copy = who === 'virsh' ? '--copy-storage-all' : '--copy-storage-inc';
  const flags = ['--live', '--persistent', '--undefinesource', copy, '--migrate-disks', 'vda'];
  return [
    'virsh',
    '-c',
    uriOf('alpha'),
    'migrate',
    ...flags,
    NAME,
    uriOf('beta'),
    `tcp://${addressOf('beta')}`,
  ];
}

/** What the user of virsh has to do by hand, and his time does not count. */
async function makeTarget(lab: BenchLab, who: Who, { format, virtualMiB }: Case): Promise<void> {
  const backing = who === 'virsh --copy-storage-inc' ? ['-b', BASE, '-F', 'qcow2'] : [];
  const command = ['qemu-img', 'create', '-q', '-f', format, ...backing, TOP, `${virtualMiB}M`];
  const { exitCode, stderr } = await captureInHost(lab.name, 'beta', command);
  if (exitCode !== 0) throw new Error(stderr);
}

async function receivedBytes(lab: BenchLab): Promise<number> {
  const { stdout } = await captureInHost(lab.name, 'beta', ['cat', '/proc/net/dev']);
  // The bridge and the loopback count again what came by a wire, or never went there.
  const wires = stdout.split('\n').filter((line) => /^\s*(?!lo:|br)\S+:/.test(line));
  return wires.reduce((sum, line) => sum + Number(/:\s*(\d+)/.exec(line)?.[1] ?? 0), 0);
}

function tinyDomain({ format }: Case, uuid: string): string {
  return `<domain type="qemu"><name>${NAME}</name><uuid>${uuid}</uuid><memory unit="MiB">32</memory><vcpu>1</vcpu>
    <os><type arch="x86_64" machine="q35">hvm</type></os>
    <devices><memballoon model="none"/><video><model type="none"/></video>
      <disk type="file" device="disk"><driver name="qemu" type="${format}" cache="none"/>
        <source file="${TOP}"/><target dev="vda" bus="virtio"/></disk>
    </devices></domain>`;
}

function print(
  rounds: number,
  seed: number,
  results: readonly { one: Case; allocated: number; copies: Record<string, Copy[]> }[],
): void {
  console.log(`${rounds} moves by each, in turns, seed ${seed}, link 800 Mbit/s; median (range)`);
  for (const { one, allocated, copies } of results) {
    console.log(`${one.name}: ${(allocated / MIB).toFixed(0)} MiB allocated that the destination lacks`);
    const rivals = Object.entries(copies);
    const best = Math.min(
      ...rivals.filter(([who]) => who !== 'ferry').map(([, of]) => median(of.map(({ wallMs }) => wallMs))),
    );
    for (const [who, of] of rivals) {
      const wall = of.map(({ wallMs }) => wallMs);
      const wire = median(of.map(({ wireBytes }) => wireBytes));
      const ratio = `wire/allocated ${(wire / allocated).toFixed(3)}`;
      const time = `wall ${spread(wall)} ms, ${(median(wall) / best).toFixed(2)} of the best virsh`;
      console.log(`  ${who.padEnd(26)} ${ratio}   ${time}`);
    }
  }
}
