import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createEnv, type RealEnv } from '../real-env.ts';

/** The real world, with something changed in it and a journal of its own below a directory, which go with the test. */
export function journaledEnv(change: Partial<RealEnv> = {}, within = tmpdir()): RealEnv {
  const directory = mkdtempSync(join(within, 'ferry-engine-'));
  const env = createEnv({ journalPath: join(directory, 'journal.db') });
  onTestFinished(async () => {
    await env.close();
    rmSync(directory, { recursive: true });
  });
  return Object.assign(env, change);
}
