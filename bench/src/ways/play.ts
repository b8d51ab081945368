import { writeFile } from 'node:fs/promises';
import { CONTROLLER, type Guest, hostRoot, queryGuest } from '@virt-ferry/lab';
import { addressOf, type BenchLab, outcomeIn, type Side, sshUriOf } from '../move/bench-lab.ts';
import { ferrySettings, isFerry, virshSettings } from './settings.ts';

/** One move, by whomever. */
export interface Played {
  readonly setting: string;
  /** The command, from start to end. */
  readonly wallMs: number;
  /** The pause that QEMU reports. */
  readonly downtimeMs: number;
  /** The pause from outside; Ferry alone measures it. */
  readonly blackoutMs: number | null;
  /** On the wire. */
  readonly bytes: number;
  /** What the first pass sent of memory: all that is in use, once. Ferry alone tells. */
  readonly onceBytes: number | null;
  /** The longest time for which the guest stood still: in its own clock, or of its clock. */
  readonly worstStallMs: number;
  /** What the guest wrote while it moved, in bytes of memory. */
  readonly writtenBytes: number;
  /** For how long that was counted. */
  readonly countedMs: number;
  /** Ferry's forecast of the wall time, its p50 and p90. */
  readonly foretoldMs: readonly [number, number] | null;
}

/** Where the controller has them. */
export const HOSTS = '/tmp/bench-hosts.yaml';

/** Both go by ssh, as most people do. */
export async function writeHosts(lab: BenchLab): Promise<void> {
  const line = (name: Side) => `  ${name}: { uri: "${sshUriOf(name)}" }\n`;
  const text = `hosts:\n${line('alpha')}${line('beta')}`;
  await writeFile(`${await hostRoot(lab.name, CONTROLLER)}${HOSTS}`, text);
}

/** Moves the guest by a setting, and asks it how that was. */
export async function play(
  lab: BenchLab,
  { name, disk }: Guest,
  setting: string,
  from: Side,
  to: Side,
): Promise<Played> {
  await queryGuest(lab.name, name, 'reset');
  const moved = await (isFerry(setting)
    ? byFerry(lab, name, setting, from, to)
    : byVirsh(lab, name, setting, from, to, disk === 'local'));
  const { worstStallMs, lostMs, sinceReset } = await queryGuest(lab.name, name, 'status');
  return {
    ...{ setting, ...moved },
    worstStallMs: Math.max(worstStallMs, lostMs ?? 0),
    writtenBytes: sinceReset?.memoryBytes ?? 0,
    countedMs: sinceReset?.outsideMs ?? 0,
  };
}

type Measured = Omit<Played, 'setting' | 'worstStallMs' | 'writtenBytes' | 'countedMs'>;

async function byFerry(
  lab: BenchLab,
  guest: string,
  setting: string,
  from: Side,
  to: Side,
): Promise<Measured> {
  const { ms, stdout } = await lab.timed([
    ...['env', `FERRY_HOSTS=${HOSTS}`, 'ferry', 'migrate', guest],
    ...['--from', from, '--to', to, '--source-disks', 'delete', '--json'],
    ...(ferrySettings[setting] ?? []),
  ]);
  const { downtimeMs, blackoutMs, bytesTransferred, forecast } = outcomeIn(stdout);
  const foretoldMs = forecast ? ([forecast.totalMs.p50, forecast.totalMs.p90] as const) : null;
  const onceBytes = firstPassIn(stdout);
  return { wallMs: ms, downtimeMs, blackoutMs, bytes: bytesTransferred, onceBytes, foretoldMs };
}

/** What had been sent when the first pass was last seen to go on. */
function firstPassIn(stdout: string): number | null {
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const sent = events
    .filter(({ type, iteration }) => type === 'progress' && iteration === 1)
    .map(({ memoryProcessedBytes }) => Number(memoryProcessedBytes));
  return sent.length === 0 ? null : Math.max(...sent);
}

async function byVirsh(
  lab: BenchLab,
  guest: string,
  setting: string,
  from: Side,
  to: Side,
  copies: boolean,
): Promise<Measured> {
  const { ms } = await lab.timed([
    ...['virsh', '-c', sshUriOf(from), 'migrate', '--live', '--persistent', '--undefinesource', '--unsafe'],
    ...(virshSettings[setting] ?? []),
    ...(copies ? ['--copy-storage-all'] : []),
    ...[guest, sshUriOf(to), `tcp://${addressOf(to)}`],
  ]);
  const { stdout } = await lab.timed([
    'virsh',
    '-c',
    sshUriOf(to),
    'domjobinfo',
    '--completed',
    '--rawstats',
    guest,
  ]);
  const number = (field: string) =>
    Number(new RegExp(`^\\s*${field}:?\\s+(\\d+)`, 'm').exec(stdout)?.[1] ?? 0);
  return {
    ...{ wallMs: ms, downtimeMs: number('downtime'), blackoutMs: null, foretoldMs: null, onceBytes: null },
    bytes: number('data_processed') || number('memory_processed'),
  };
}
