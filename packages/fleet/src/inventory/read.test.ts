import { describe, expect, test } from 'vitest';
import { FleetError } from '../errors.ts';
import { readInventory } from './read.ts';

const HEAD = `version: 1
hosts:
  - { name: alpha, cpus: 8, memory: 32GiB }
  - { name: beta, cpus: 8, memory: 32GiB, link: { out: 1Gbit, in: 500MiB/s }, zone: b }
`;
const web = '  - { name: web, host: alpha, vcpus: 2, memory: 4GiB }\n';
const db = '  - { name: db, host: beta, vcpus: 2, memory: 4GiB }\n';
const both = `domains:\n${web}${db}`;

test('sizes become bytes, rates bytes per second, and what is not said has its default', () => {
  const fleet = readInventory(HEAD + both, 'f.yaml');
  expect(fleet.hosts[1]).toEqual({
    ...{ name: 'beta', cpus: 8, overcommit: 1, memoryBytes: 32 * 1024 ** 3, hugepages: [], diskBytes: 0 },
    ...{ outBytesPerS: 125_000_000, inBytesPerS: 500 * 1024 ** 2, zone: 'b', maintenance: false },
    ...{ movesAtOnce: 2, has: [] },
  });
  expect(fleet.domains[0]).toMatchObject({
    cpuLoad: 1,
    residentBytes: 4 * 1024 ** 3,
    priority: 0,
    onlyOn: null,
  });
  expect(fleet).toMatchObject({
    coreBytesPerS: Number.POSITIVE_INFINITY,
    movesAtOnce: 64,
    setupS: 1,
    groups: [],
  });
});

test('JSON says the same as YAML', () => {
  const json = JSON.stringify({
    version: 1,
    hosts: [{ name: 'alpha', cpus: 8, memory: '32GiB' }],
    domains: [{ name: 'web', host: 'alpha', vcpus: 2, memory: 4294967296 }],
  });
  const yaml = `version: 1\nhosts:\n  - { name: alpha, cpus: 8, memory: 32GiB }\ndomains:\n${web}`;
  expect(readInventory(json, 'f.json')).toEqual(readInventory(yaml, 'f.yaml'));
});

describe('what is wrong is named, with its place', () => {
  test.each([
    [
      'an unknown host',
      `${HEAD}domains:\n${web.replace('alpha', 'gamma')}`,
      'f, line 6, at domains[0].host: domain web: no host is called gamma',
    ],
    [
      'a negative size',
      HEAD.replace('memory: 32GiB }', 'memory: -1 }'),
      'f, line 3, at hosts[0].memory: expected a size such as 8GiB, or a number of bytes that is not negative',
    ],
    [
      'a size without sense',
      HEAD.replace('32GiB }', '32 apples }'),
      'f, line 3, at hosts[0].memory: expected a size',
    ],
    ['a rate without sense', HEAD.replace('1Gbit', 'fast'), 'f, line 4, at hosts[1].link'],
    [
      'negative vCPUs',
      `${HEAD}domains:\n${web.replace('vcpus: 2', 'vcpus: -2')}`,
      'f, line 6, at domains[0].vcpus',
    ],
    [
      'a host twice',
      HEAD.replace('beta', 'alpha'),
      'f, line 4, at hosts[1].name: alpha is there already, as hosts[0]',
    ],
    ['a domain twice', `${HEAD}domains:\n${web}${web}`, 'at domains[1].name: web is there already'],
    ['something unknown', HEAD.replace('cpus: 8', 'cpus: 8, colour: red'), 'unknown key: "colour"'],
    ['no hosts', 'version: 1\nhosts: []\n', 'f, line 2, at hosts'],
    ['another version', HEAD.replace('1\n', '2\n'), 'f, line 1, at version'],
    [
      'a group of somebody else',
      `${HEAD}${both}groups:\n  - { name: g, kind: apart, domains: [web, mail] }\n`,
      'at groups[0].domains[1]: group g: no domain is called mail',
    ],
    [
      'one twice in a group',
      `${HEAD}${both}groups:\n  - { name: g, kind: apart, domains: [web, web] }\n`,
      'group g has web twice',
    ],
    [
      'too many zones',
      `${HEAD}${both}groups:\n  - { name: g, kind: spread, domains: [web, db], zones: 3 }\n`,
      'at groups[0].zones: group g wants 3 zones',
    ],
    [
      'groups that contradict',
      `${HEAD}${both}groups:\n  - { name: t, kind: together, domains: [web, db] }\n  - { name: a, kind: apart, domains: [web, db] }\n`,
      'f, line 10, at groups[1].domains[1]: group a keeps web and db apart, which another group keeps together',
    ],
    [
      'nowhere to be',
      `${HEAD}domains:\n${web.replace('vcpus: 2', 'vcpus: 2, onlyOn: []')}`,
      'domain web may be on no host at all',
    ],
    ['no YAML', 'hosts: [', 'f is neither YAML nor JSON'],
    ['nothing', '', 'at the top'],
  ])('%s', (_, text, says) => {
    expect(() => readInventory(text, 'f')).toThrow(FleetError);
    expect(() => readInventory(text, 'f')).toThrow(says);
  });
});
