import type { RealEnv } from '@virt-ferry/engine';
import { journalPath } from './config/paths.ts';
import type { Engine } from './engine.ts';
import type { Io } from './io.ts';

/** Lends the engine and its environment to a command, and closes what that held open. */
export async function withEngine<T>(io: Io, use: (engine: Engine, env: RealEnv) => Promise<T>): Promise<T> {
  const loaded = await io.engine();
  const env = loaded.createEnv({ journalPath: journalPath(io.env) });
  try {
    return await use(loaded, env);
  } finally {
    await env.close();
  }
}
