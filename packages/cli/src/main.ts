#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';

// Before anything else is imported: what was compiled once is not compiled again.
enableCompileCache();
if (process.argv.includes('--no-color')) process.env.NO_COLOR = '1';

const { outliveReaders, processIo } = await import('./process-io.ts');
const { runFerry } = await import('./program.ts');

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

outliveReaders();
process.exitCode = await runFerry(process.argv.slice(2), processIo, version);
