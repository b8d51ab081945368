import { addresses, CONTROLLER, captureInHost, down, up } from '@virt-ferry/lab';

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
export function uriOf(host: 'alpha' | 'beta'): string {
  return `qemu+tcp://${addressOf(host)}/system`;
}

export function addressOf(host: 'alpha' | 'beta'): string {
  return addresses.management(host === 'alpha' ? 1 : 2);
}
