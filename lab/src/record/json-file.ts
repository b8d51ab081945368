import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { LabError } from '../errors.ts';

/** Writes a value so that a reader finds the old one or the new one, whole, also after a crash. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.tmp`;
  await writeFile(unfinished, JSON.stringify(value));
  await rename(unfinished, path);
}

/** As {@link writeJson}, but only where there is no such file yet. Returns whether there was none. */
export async function createJson(path: string, value: unknown): Promise<boolean> {
  const unfinished = `${path}.${randomUUID()}.tmp`;
  await writeFile(unfinished, JSON.stringify(value));
  try {
    await link(unfinished, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(unfinished);
  }
}

/** Reads what {@link writeJson} wrote; `null` where there is no such file. Throws a LabError if it can't be used. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : parseJson(text, schema, `${path}, which the lab wrote,`);
}

/** Parses JSON that came from outside of this program. `what` names it in the error. */
export function parseJson<T>(text: string, schema: z.ZodType<T>, what: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? (cause.issues[0]?.message ?? 'unusable') : String(cause);
    throw new LabError('record', `${what} cannot be read: ${why}`, { cause });
  }
}
