import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LabError } from '../errors.ts';
import { mebibytes, parseTopology, readTopology } from './topology.ts';

const shipped = fileURLToPath(new URL('../../topologies/', import.meta.url));

test.each(readdirSync(shipped))('the topology %s that comes with Ferry can be used', async (file) => {
  expect(Object.keys((await readTopology(join(shipped, file))).hosts).length).toBeGreaterThanOrEqual(2);
});

test('what is not said has its default', () => {
  const { hosts } = parseTopology('hosts:\n  alpha:\n  beta: { release: trixie, link: 1gbit }\n', 't.yaml');
  expect(hosts.alpha).toEqual({ link: '800mbit', shared: true, libvirtd: [], qemu: [] });
  expect(hosts.beta).toMatchObject({ release: 'trixie', link: '1gbit' });
});

test('a full machine has its sizes, and no directory of this one', () => {
  const text = 'hosts: { alpha: { machine: {} }, beta: { machine: { memory: 1GiB, disk: 8GiB, cpus: 2 } } }';
  const { hosts } = parseTopology(text, 't.yaml');
  expect(hosts.alpha).toMatchObject({
    shared: false,
    machine: { memory: '1536MiB', disk: '6GiB', cpus: 1 },
  });
  expect(hosts.beta).toMatchObject({ shared: false, machine: { memory: '1GiB', disk: '8GiB', cpus: 2 } });
  // As it is read again from the lab's record.
  expect(parseTopology(JSON.stringify({ hosts }), 't.json').hosts).toEqual(hosts);
  expect(['1536MiB', '6GiB'].map(mebibytes)).toEqual([1536, 6144]);
});

describe('what is wrong is named, with its place', () => {
  test.each([
    { text: 'hosts: {}', says: /at hosts: expected at least one host/ },
    { text: '{}', says: /at hosts/ },
    { text: 'hosts: [', says: /is not YAML/ },
    {
      text: 'hosts: { alpha: { link: fast } }',
      says: /at hosts.alpha.link: expected a rate such as 800mbit/,
    },
    { text: 'hosts: { alpha: { release: sarge } }', says: /at hosts.alpha.release/ },
    { text: 'hosts: { alpha: { shared: cluster, release: trixie } }', says: /at hosts.alpha: expected no/ },
    {
      text: 'hosts: { alpha: { machine: { memory: much } } }',
      says: /at hosts.alpha.machine.memory: expected a/,
    },
    { text: 'hosts: { alpha: { machine: { disk: 1GiB } } }', says: /at hosts.alpha.machine.disk: .* 3GiB/ },
    { text: 'hosts: { alpha: { shared: cluster, machine: {} } }', says: /at hosts.alpha: expected no full/ },
    { text: 'hosts: { alpha: { colour: red } }', says: /at hosts.alpha/ },
    { text: 'hosts: { "Alpha!": {} }', says: /a-z and 0-9/ },
    { text: 'hosts: { controller: {} }', says: /there anyway/ },
    { text: 'hosts: { wires: {} }', says: /there anyway/ },
  ])('$text', ({ text, says }) => {
    expect(() => parseTopology(text, 't.yaml')).toThrow(LabError);
    expect(() => parseTopology(text, 't.yaml')).toThrow(says);
    expect(() => parseTopology(text, 't.yaml')).toThrow(/^t.yaml/);
  });

  test('a file that is not there', async () => {
    await expect(readTopology('/nowhere.yaml')).rejects.toMatchObject({ code: 'topology' });
  });
});
