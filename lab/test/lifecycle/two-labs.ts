import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { down } from '@virt-ferry/lab';
import { afterAll, afterEach } from 'vitest';
import { Observer } from './traces.ts';

/** Names that no other lab has. */
export const first = `life-a${process.pid}`;
export const second = `life-b${process.pid}`;
export const quiet = () => undefined;

/** The command, for a process of its own. */
export const FERRY = fileURLToPath(new URL('../../../packages/cli/bin/ferry.js', import.meta.url));

/** Files of the tests themselves. */
export const scratch = mkdtempSync(join(tmpdir(), 'ferry-life-'));
/** A cache of the tests' own, for those that need it to be empty. */
export const coldCache = join(scratch, 'cache');

export const observer = new Observer([first, second], coldCache);

/** Each test, however it went, ends with nothing left. */
afterEach(async () => {
  await observer.noteNetworks();
  await down(first);
  await down(second);
  await observer.expectNothing();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
