import { execFile } from 'node:child_process';
import { LabError } from './errors.ts';

const OUTPUT_MAX_BYTES = 16 * 1024 * 1024;
/** As a shell reports a program that a signal ended. */
const KILLED = 128;

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface RunOptions {
  readonly input?: string | undefined;
  /** Where not given, the caller's own. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** The program is killed (SIGKILL) when this is over. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program with an array of arguments and returns what it printed, whatever its exit code. */
export function tryRun(
  file: string,
  args: readonly string[],
  { input, env, timeoutMs = 0, signal }: RunOptions = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const limits = { maxBuffer: OUTPUT_MAX_BYTES, timeout: timeoutMs, killSignal: 'SIGKILL' } as const;
    const child = execFile(file, args, { ...limits, env, signal }, (error, stdout, stderr) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      if (error && typeof error.code !== 'number' && !error.signal) {
        const advice = 'script/setup --lab installs what is needed';
        reject(new LabError('program', `cannot run ${file}: ${error.message}; ${advice}`, { cause: error }));
        return;
      }
      const exitCode = error?.signal ? KILLED : Number(error?.code ?? 0);
      resolve({ stdout, stderr, exitCode });
    });
    // A program that ends without reading its input makes the write fail; its exit code tells the story.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

/** Runs a program that has to succeed. */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { stdout, stderr, exitCode } = await tryRun(file, args, options);
  if (exitCode === 0) return stdout;
  const said = stderr.trim().split('\n').slice(-3).join(' | ');
  throw new LabError('program', `${file} ${args.join(' ')} failed with ${exitCode}: ${said}`);
}

/**
 * Runs a program that has to succeed and that ends with us, however we end: the kernel kills it and all that it
 * started, and what it mounted goes with its mount namespace. For builds, which are long.
 */
export function runMortal(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const dieWithParent = ['--pdeathsig', 'KILL', '--'];
  const apart = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'tini', '-s', '--'];
  return run('setpriv', [...dieWithParent, ...apart, file, ...args], options);
}
