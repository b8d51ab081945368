import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createEnv } from '../real-env.ts';
import { digestThere } from './digest.ts';

/** This machine's own shell, as for `qemu:///system`. */
const here = { name: 'here', uri: 'qemu:///system' };
const env = createEnv({ journalPath: ':memory:' });

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'ferry-digest-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

test.each([
  'plain.qcow2',
  ' two  words ',
  'it\'s "$(touch x)" `y`',
  'back\\slash\\n',
  'line\nbreak\n',
  'größe',
  '-n',
])('the bytes of a file named %j', async (name) => {
  const path = join(directory(), name);
  writeFileSync(path, name.repeat(1000));
  expect(await digestThere(here, path, env)).toBe(
    createHash('sha256').update(name.repeat(1000)).digest('hex'),
  );
});

test('a file that can not be read is an error with the shell’s words', async () => {
  await expect(digestThere(here, join(directory(), 'none'), env)).rejects.toThrow(
    /here could not read .*none/,
  );
});

test('where nobody has shown a way, there is none', async () => {
  expect(await digestThere({ name: 'far', uri: 'qemu+tcp://far/system' }, '/a', env)).toBeNull();
});
