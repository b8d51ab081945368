import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { kept, sweepCache } from './keep.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'ferry-cache-'));
  vi.stubEnv('FERRY_LAB_CACHE', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

test('what is asked for twice at once is built once', async () => {
  const build = vi.fn(async (directory: string) => {
    await setImmediate();
    await writeFile(join(directory, 'it'), 'built');
  });
  const [one, two] = await Promise.all([1, 2].map(() => kept('images', 'key', undefined, build)));
  expect(one).toBe(two);
  expect(await readFile(join(cache, 'images', 'key', 'it'), 'utf8')).toBe('built');
  await kept('images', 'key', undefined, build);
  expect(build).toHaveBeenCalledOnce();
});

test('a build that fails leaves nothing, and the next one works', async () => {
  const failing = kept('roots', 'key', undefined, async (directory) => {
    await writeFile(join(directory, 'half'), '');
    throw new Error('no network');
  });
  await expect(failing).rejects.toThrow('no network');
  expect(readdirSync(join(cache, 'roots'))).toEqual([]);
  await kept('roots', 'key', undefined, async () => undefined);
  expect(readdirSync(join(cache, 'roots'))).toEqual(['key']);
});

test('who gives up while another builds does not wait', async () => {
  const gate = Promise.withResolvers<void>();
  const first = kept('images', 'key', undefined, () => gate.promise);
  const stop = new AbortController();
  const second = kept('images', 'key', stop.signal, async () => undefined);
  stop.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  gate.resolve();
  await first;
});

test('what dead processes were building is swept, what living ones build stays', async () => {
  const parent = join(cache, 'images');
  await kept('images', 'whole', undefined, async () => {
    const [own] = readdirSync(parent);
    // A pid that was given to another process since, and one that nobody has.
    for (const name of [`other.${process.pid}-1.tmp`, 'key.4194304999-5.tmp']) {
      mkdirSync(join(parent, name));
      writeFileSync(join(parent, name, 'half'), '');
    }
    await sweepCache();
    expect(readdirSync(parent)).toEqual([own]);
  });
  expect(readdirSync(parent)).toEqual(['whole']);
});
