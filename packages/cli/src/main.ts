import { readFileSync } from 'node:fs';
import { outliveReaders, processIo } from './process-io.ts';
import { runFerry } from './program.ts';

if (process.argv.includes('--no-color')) process.env.NO_COLOR = '1';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

outliveReaders();
// What Node would do at its own end takes longer, and changes nothing: what is printed to a pipe or a file is out.
process.exit(await runFerry(process.argv.slice(2), processIo, version));
