import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { controlPathFor } from './logins.ts';

let home: string;
const URI = 'qemu+ssh://root@beta:2222/system';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ferry-'));
  vi.stubEnv('HOME', home);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

test('connections by ssh share a login, through a socket that is nobody else’s', async () => {
  const directory = join(home, 'ssh');
  expect(await controlPathFor(URI, directory, 'x1')).toBe(join(directory, `${process.pid}-x1`));
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
});

test.each(['qemu:///system', 'qemu+tcp://beta/system', 'qemu+ssh://beta/system?command=/opt/plink'])(
  '%s shares nothing',
  async (uri) => expect(await controlPathFor(uri, join(home, 'ssh'), 'x1')).toBeNull(),
);

test('a path that no socket can have is none', async () => {
  expect(await controlPathFor(URI, join(home, 'a'.repeat(100)), 'x1')).toBeNull();
});

test.each([
  ['for that host', 'Host beta\n  ControlMaster auto\n  ControlPath ~/.ssh/%C\n', null],
  ['for another', 'Host alpha\n  ControlPath ~/.ssh/%C\n', expect.any(String)],
  ['for none', 'Host beta\n  ControlPath none\n', expect.any(String)],
])('what the user has arranged for counts: %s', async (_name, config, expected) => {
  await mkdir(join(home, '.ssh'));
  // OpenSSH takes the home of the user database, not $HOME.
  const ssh = join(home, 'ssh');
  await writeFile(ssh, `#!/bin/sh\nexec ssh -F '${join(home, '.ssh/config')}' "$@"\n`, { mode: 0o755 });
  await writeFile(join(home, '.ssh/config'), config);
  expect(await controlPathFor(`${URI}?command=${ssh}`, join(home, 'sockets'), 'x1')).toEqual(expected);
});

test('sockets of the dead are removed, and those of the living are not', async () => {
  const directory = join(home, 'ssh');
  await mkdir(directory);
  const dead = spawnSync('true').pid;
  for (const name of [`${dead}-x1`, `${process.pid}-x1`, '1-x1', 'other'])
    await writeFile(join(directory, name), '');
  await controlPathFor(URI, directory, 'x2');
  expect((await readdir(directory)).sort()).toEqual(['1-x1', `${process.pid}-x1`, 'other'].sort());
});
