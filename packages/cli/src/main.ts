import { readFileSync } from 'node:fs';

// Before colours are decided upon, which happens at import.
if (process.argv.includes('--no-color')) process.env.NO_COLOR = '1';

const { processIo, tell } = await import('./io.ts');
const { exitCodeOf } = await import('./errors.ts');
const { ferryProgram } = await import('./program.ts');

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

try {
  await ferryProgram(processIo, version, (code) => {
    process.exitCode = code;
  }).parseAsync();
} catch (error) {
  const said = error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
  // Commander has told the user already, and help is no error.
  if (said) process.exitCode = 'exitCode' in error && error.exitCode === 0 ? 0 : exitCodeOf(error);
  else {
    tell(processIo, `ferry: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = exitCodeOf(error);
  }
}
