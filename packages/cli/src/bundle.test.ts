import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type FakeDaemon, startFakeDaemon } from '@virt-ferry/libvirt/testing';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const node = (script: string, ...words: string[]) => run(process.execPath, [at(script), ...words]);

beforeAll(() => run(at('script/bundle')));

test.each(['--version', '--help', 'migrate --help'])(
  'the bundle is the same command: ferry %s',
  async (line) => {
    const words = line.split(' ');
    const [bundle, sources] = await Promise.all([
      node('packages/cli/dist/ferry.js', ...words),
      node('packages/cli/bin/ferry.js', ...words),
    ]);
    expect(bundle.stdout).not.toBe('');
    expect(bundle).toEqual(sources);
  },
);

async function emptyHost(): Promise<FakeDaemon> {
  const host = await startFakeDaemon();
  onTestFinished(() => host.close());
  return host;
}

test.each(['pre-copy', 'post-copy'])(
  'the thread, or processes, that hold connections start from the bundle: %s',
  async (method) => {
    const [from, to] = await Promise.all([emptyHost(), emptyHost()]);
    const words = ['migrate', 'web', '--from', from.uri, '--to', to.uri, '--method', method];
    await expect(node('packages/cli/dist/ferry.js', ...words)).rejects.toMatchObject({
      stderr: expect.stringContaining('does not do domainLookupByName'),
    });
    expect([from.peers.length, to.peers.length]).toEqual([2, 2]);
  },
);

describe('the bundle is fresh', () => {
  const [earlier, built, later] = [new Date(1000), new Date(2000), new Date(3000)];

  /** Whether script/ferry would run the bundle of a checkout in which one source is of that time. */
  async function isFresh(sourceAt: Date): Promise<boolean> {
    const root = mkdtempSync(join(tmpdir(), 'checkout-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    mkdirSync(join(root, 'packages/cli/dist'), { recursive: true });
    mkdirSync(join(root, 'script'));
    const files = ['packages/cli/main.ts', 'package-lock.json', 'script/bundle', 'packages/cli/dist/built'];
    for (const file of files) writeFileSync(join(root, file), '');
    for (const path of [...files, 'packages', 'packages/cli']) utimesSync(join(root, path), earlier, earlier);
    utimesSync(join(root, 'packages/cli/dist/built'), built, built);
    utimesSync(join(root, 'packages/cli/main.ts'), sourceAt, sourceAt);
    const asked = run('bash', ['-c', `. ${at('script/bundle')} && bundle_is_fresh ${root}`]);
    return asked.then(
      () => true,
      () => false,
    );
  }

  test('where it is newer than every source', async () => expect(await isFresh(earlier)).toBe(true));
  test('not where a source is newer', async () => expect(await isFresh(later)).toBe(false));
});
