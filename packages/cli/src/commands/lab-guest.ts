import {
  addGuest,
  type GuestReport,
  hostNames,
  isDiskPath,
  type LoadRate,
  listGuests,
  queryGuest,
  removeGuest,
  type SinceReset,
} from '@virt-ferry/lab';
import { table } from '../display/table.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { formatDuration } from '../units/duration.ts';
import { formatBytes, parseRateBytesPerS } from '../units/rate.ts';
import { parseSizeMiB } from '../units/size.ts';
import type { LabOptions } from './lab.ts';

export interface GuestOptions extends LabOptions {
  readonly host: string;
  readonly memory: string;
  readonly loadMemory: string;
  readonly memoryRate: string;
  readonly pattern: string;
  readonly access: string;
  readonly disk: string;
  readonly diskFormat: string;
  readonly diskRate: string;
  readonly machine?: string;
}

const MB = 1e6;

/** `ferry lab guest add` */
export async function add(name: string, options: GuestOptions, io: Io): Promise<number> {
  const spec = {
    name,
    host: options.host,
    memoryMiB: parseSizeMiB(options.memory, '--memory'),
    loadMemoryMiB: parseSizeMiB(options.loadMemory, '--load-memory'),
    memoryRateMBps: rateMBps(options.memoryRate, '--memory-rate'),
    pattern: oneOf(options.pattern, ['sparse', 'full'], '--pattern'),
    access: oneOf(options.access, ['sweep', 'hot-cold'], '--access'),
    disk: isDiskPath(options.disk)
      ? options.disk
      : oneOf(options.disk, ['shared', 'local', 'none'], '--disk, or a path,'),
    diskFormat: oneOf(options.diskFormat, ['qcow2', 'raw'], '--disk-format'),
    diskRateMBps: rateMBps(options.diskRate, '--disk-rate'),
    ...(options.machine === undefined ? {} : { machine: options.machine }),
  };
  const guest = await addGuest(options.name, spec, (line) => tell(io, `lab: ${line}`));
  if (options.json) printJson(io, guest);
  else printLine(io, `${guest.name} runs on ${guest.host} and answers at ${guest.address}`);
  return ExitCode.done;
}

/** `ferry lab guest list` */
export async function list(options: LabOptions, io: Io): Promise<number> {
  const guests = await listGuests(options.name);
  const rows = guests.map(({ name, address, host, memoryMiB, diskPath }) => [
    name,
    address,
    host,
    `${memoryMiB} MiB`,
    diskPath ?? '-',
  ]);
  if (options.json) printJson(io, guests);
  else if (guests.length === 0) tell(io, 'no guests; add one with: ferry lab guest add NAME --host HOST');
  else printLine(io, table(['GUEST', 'ADDRESS', 'STARTED ON', 'MEMORY', 'DISK'], rows));
  return ExitCode.done;
}

/** `ferry lab guest status | verify | reset`: fails if the guest ever found a byte that it had not written. */
export async function ask(
  name: string,
  question: 'status' | 'verify' | 'reset',
  options: LabOptions,
  io: Io,
): Promise<number> {
  const report = await queryGuest(options.name, name, question);
  if (options.json) printJson(io, report);
  else for (const line of lines(report)) printLine(io, line);
  return report.memory.errors + report.disk.errors > 0 ? 1 : ExitCode.done;
}

/** `ferry lab guest remove` */
export async function remove(name: string, options: LabOptions, io: Io): Promise<number> {
  await removeGuest(options.name, name, await hostNames(options.name));
  if (options.json) printJson(io, { name, removed: true });
  else tell(io, `${name} is gone`);
  return ExitCode.done;
}

function lines({ memory, disk, worstStallMs, lostMs, sinceReset }: GuestReport): string[] {
  const store = ({ bytes, bytesWritten, unitsVerified, errors }: GuestReport['memory']) =>
    `${formatBytes(bytes)} under load, ${formatBytes(bytesWritten)} written, ${unitsVerified} units verified, ${errors} errors`;
  const lost = lostMs === null ? '' : `, ${Math.round(lostMs)} ms lost against the clock outside`;
  return [
    `memory  ${store(memory)}`,
    `disk    ${store(disk)}`,
    `stalls  worst ${worstStallMs.toFixed(1)} ms${lost}`,
    ...(sinceReset === null ? [] : [`reset   ${done(sinceReset)}`]),
  ];
}

function done({ outsideMs, memoryBytes, diskBytes }: SinceReset): string {
  const written = `${formatBytes(memoryBytes)} of memory and ${formatBytes(diskBytes)} of disk written since`;
  return `${formatDuration(outsideMs)} ago, ${written}`;
}

function rateMBps(text: string, option: string): LoadRate {
  return text === 'max' ? text : Math.ceil(parseRateBytesPerS(text, option) / MB);
}

function oneOf<T extends string>(text: string, allowed: readonly T[], option: string): T {
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new UsageError(`bad ${option} ${text}: expected ${allowed.join(' or ')}`);
}
