import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { LabError, readStatus, up } from '@virt-ferry/lab';
import { beforeAll, describe, expect, test } from 'vitest';
import { coldCache, FERRY, first, observer, quiet, scratch } from './two-labs.ts';

/** `ferry lab down`, as it is typed after something went wrong. */
async function downByCommand(env: NodeJS.ProcessEnv = {}): Promise<void> {
  await observer.noteNetworks();
  const child = spawn(process.execPath, [FERRY, 'lab', 'down', '--name', first], {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  });
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
}

/** `ferry lab up` in a process of its own. */
function upByCommand(words: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [FERRY, 'lab', 'up', '--name', first, ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  return { child, ended: once(child, 'exit'), lines: createInterface({ input: child.stderr }) };
}

// What can be cached is: the moments below are those of the rest.
beforeAll(async () => {
  await up({ name: first }, quiet);
  await downByCommand();
});

describe('an `up` that is killed', () => {
  test.each(['wires 2 hosts', 'starts the hosts', 'is up'])(
    'at "%s": down leaves nothing, and up works again',
    async (moment) => {
      const killed = async () => {
        const { child, ended, lines } = upByCommand();
        for await (const line of lines) if (line.includes(moment)) child.kill('SIGKILL');
        await ended;
      };
      await killed();
      await downByCommand();
      await observer.expectNothing();
      await killed();
      await up({ name: first }, quiet);
      expect(await readStatus(first)).toMatchObject({ state: 'up' });
    },
  );

  // The steps between what it reports take some ten milliseconds each.
  test.each(Array.from({ length: 10 }, (_, i) => 200 + 100 * i))(
    'after %i ms: down leaves nothing',
    async (ms) => {
      const { child, ended } = upByCommand();
      await setTimeout(ms);
      child.kill('SIGKILL');
      await ended;
      await downByCommand();
      await observer.expectNothing();
    },
  );

  test.each([
    { what: 'the guest image', hosts: '{ alpha: {} }', moment: 'makes the guest image', ms: 1500 },
    { what: 'a root file system', hosts: '{ alpha: { release: trixie } }', moment: 'makes a root', ms: 8000 },
  ])(
    'while it builds $what: nothing runs on, and down sweeps the cache',
    async ({ what, hosts, moment, ms }) => {
      const topology = join(scratch, 'cold.yaml');
      writeFileSync(topology, `hosts: ${hosts}\n`);
      const env = { FERRY_LAB_CACHE: coldCache };
      const { child, ended, lines } = upByCommand(['--topology', topology], env);
      const said: string[] = [];
      for await (const line of lines) {
        said.push(line);
        if (!line.includes(moment)) continue;
        await setTimeout(ms);
        child.kill('SIGKILL');
      }
      await ended;
      expect(said.at(-1), what).toContain(moment);
      await downByCommand(env);
      await observer.expectNothing();
    },
  );
});

test('Ctrl-C takes back what was made', async () => {
  const { child, ended, lines } = upByCommand();
  for await (const line of lines) if (line.includes('starts the hosts')) child.kill('SIGINT');
  expect(await ended).toEqual([6, null]);
  await observer.expectNothing();
});

describe('an `up` that fails by itself leaves nothing', () => {
  test('because there is no such topology', async () => {
    await expect(up({ name: first, topology: '/nowhere.yaml' }, quiet)).rejects.toBeInstanceOf(LabError);
    await observer.expectNothing();
  });

  test('because one of its hosts does not start, while the others do', async () => {
    const topology = join(scratch, 'bad.yaml');
    writeFileSync(topology, 'hosts: { alpha: {}, beta: { libvirtd: ["nonsense"] }, gamma: {} }\n');
    await expect(up({ name: first, topology }, quiet)).rejects.toThrow(/^libvirtd on beta did not start: ./);
    await observer.expectNothing();
  });
});
