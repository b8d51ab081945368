import {
  down as bringDown,
  up as bringUp,
  execInHost,
  LabError,
  type LabStatus,
  readStatus,
} from '@virt-ferry/lab';
import { formatVersion } from '@virt-ferry/libvirt';
import { table } from '../display/table.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';

export interface LabOptions {
  readonly name: string;
  readonly json?: boolean;
}

/** `ferry lab up`. Ctrl-C stops it, and what it made is removed. */
export async function up(options: LabOptions & { readonly topology?: string }, io: Io): Promise<number> {
  const stop = new AbortController();
  const ignore = io.onInterrupt(() => {
    if (!stop.signal.aborted) tell(io, 'lab: stops, and removes what was made');
    stop.abort(new LabError('aborted', `the lab ${options.name} was not made, as asked for`));
  });
  try {
    const { name, topology } = options;
    await bringUp({ name, topology, signal: stop.signal }, (line) => tell(io, `lab: ${line}`));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    // What Ctrl-C itself broke is no news: it reaches the programs that were at work, too.
    tell(io, `lab: ${options.name} was not made, as asked for`);
    return ExitCode.aborted;
  } finally {
    ignore();
  }
  await showStatus(await readStatus(options.name), options, io);
  return ExitCode.done;
}

/** `ferry lab status` */
export async function status(options: LabOptions, io: Io): Promise<number> {
  await showStatus(await readStatus(options.name), options, io);
  return ExitCode.done;
}

/** `ferry lab down` */
export async function down(options: LabOptions, io: Io): Promise<number> {
  await bringDown(options.name);
  if (options.json) printJson(io, await readStatus(options.name));
  else tell(io, `the lab ${options.name} is gone`);
  return ExitCode.done;
}

/** `ferry lab exec HOST COMMAND…`: exits as the command does. */
export async function exec(host: string, words: readonly string[], options: LabOptions): Promise<number> {
  const command = words[0] === '--' ? words.slice(1) : words;
  if (command.length === 0) throw new UsageError(`no command to run in ${host}; see: ferry lab exec --help`);
  return execInHost(options.name, host, command);
}

async function showStatus(lab: LabStatus, options: LabOptions, io: Io): Promise<void> {
  if (options.json) {
    printJson(io, lab);
    return;
  }
  if (lab.state === 'absent') tell(io, `there is no lab ${lab.name}; make it with: ferry lab up`);
  if (lab.state === 'broken') tell(io, `the lab ${lab.name} is not whole; clean up with: ferry lab down`);
  if (lab.hosts.length === 0) return;
  const rows = lab.hosts.map(({ name, kind, address, pid, services, libvirtVersion, qemuVersion }) => [
    name,
    kind,
    address,
    pid === null ? 'down' : 'up',
    services.join(' '),
    libvirtVersion === null ? '-' : formatVersion(libvirtVersion),
    qemuVersion === null ? '-' : formatVersion(qemuVersion),
  ]);
  printLine(io, table(['HOST', 'KIND', 'ADDRESS', 'STATE', 'SERVICES', 'LIBVIRT', 'QEMU'], rows));
  for (const guest of lab.guests)
    printLine(io, `guest ${guest.name} at ${guest.address}, started on ${guest.host}`);
}
