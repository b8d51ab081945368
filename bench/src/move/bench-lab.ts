import { addresses, CONTROLLER, captureInHost, down, queryGuest, up } from '@virt-ferry/lab';

/** A lab of the benchmark's own, of two hosts where no topology file is named; gone again whatever happens. */
export async function withLab<T>(use: (lab: BenchLab) => Promise<T>, topology?: string): Promise<T> {
  const name = `bench-${process.pid}`;
  const report = (line: string) => console.error(`lab: ${line}`);
  await up({ name, topology }, report);
  const stop = () => void down(name).finally(() => process.exit(1));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await use({ name, timed: (command) => timedInController(name, command) });
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await down(name);
  }
}

/** What `ferry migrate --json` said last: its outcome. */
export function outcomeIn(stdout: string) {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** Throws where a guest does not hold what it has written. */
export async function expectWhole(lab: BenchLab, guest: string): Promise<void> {
  const { memory, disk } = await queryGuest(lab.name, guest, 'verify');
  if (memory.errors + disk.errors > 0) throw new Error(`${guest} lost something`);
}

/** Where it goes from there, to and fro. */
export function otherSide(from: Side): Side {
  return from === 'alpha' ? 'beta' : 'alpha';
}

export type Side = 'alpha' | 'beta';

export interface BenchLab {
  readonly name: string;
  /** Runs a command where a user sits and says how long it took, process and all. Throws if it fails. */
  timed(command: readonly string[]): Promise<{ readonly ms: number; readonly stdout: string }>;
}

async function timedInController(lab: string, command: readonly string[]) {
  const start = performance.now();
  const { stdout, stderr, exitCode } = await captureInHost(lab, CONTROLLER, command);
  const ms = performance.now() - start;
  if (exitCode !== 0) throw new Error(`${command.join(' ')} failed with ${exitCode}: ${stderr}`);
  return { ms, stdout };
}

/** The URI of a host of the standard two-host lab. */
export function uriOf(host: Side): string {
  return `qemu+tcp://${addressOf(host)}/system`;
}

/** The same by ssh. */
export function sshUriOf(host: Side): string {
  return `qemu+ssh://root@${addressOf(host)}/system`;
}

export function addressOf(host: Side): string {
  return addresses.management(host === 'alpha' ? 1 : 2);
}
