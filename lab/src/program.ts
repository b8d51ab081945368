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

/** Runs a program with an array of arguments and returns what it printed, whatever its exit code. */
export function tryRun(file: string, args: readonly string[], input?: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = execFile(file, args, { maxBuffer: OUTPUT_MAX_BYTES }, (error, stdout, stderr) => {
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
export async function run(file: string, args: readonly string[], input?: string): Promise<string> {
  const { stdout, stderr, exitCode } = await tryRun(file, args, input);
  if (exitCode === 0) return stdout;
  const said = stderr.trim().split('\n').slice(-3).join(' | ');
  throw new LabError('program', `${file} ${args.join(' ')} failed with ${exitCode}: ${said}`);
}
