import { mkdirSync, writeFileSync } from 'node:fs';
import type { DomainSummary } from '@virt-ferry/engine';
import { LibvirtError } from '@virt-ferry/libvirt/errors';
import { describe, expect, test } from 'vitest';
import { journalPath } from '../config/paths.ts';
import { fakeIo, ferry } from '../testing/fake-io.ts';
import { journaled } from '../testing/journaled.ts';
import { web } from '../testing/samples.ts';

const hostsYaml = 'hosts:\n  alpha: qemu+tcp://a/system\n  beta: qemu+tcp://b/system\n';

function domain(name: string, host: string): DomainSummary {
  return { name, uuid: `uuid-${name}`, host, state: 'running', vcpus: 2, memoryBytes: 512 * 1024 ** 2 };
}

describe('ferry list', () => {
  const listing = () => {
    const io = fakeIo({
      listDomains: async ({ name }) => {
        if (name === 'beta') throw new LibvirtError('connect', 'cannot connect to b:16509:\nrefused');
        return [domain('web', name), domain('\u001b[31mred', name)];
      },
    });
    writeFileSync(String(io.env.FERRY_HOSTS), hostsYaml);
    return io;
  };

  test('a host that does not answer is named, the others are listed', async () => {
    expect(await ferry(listing(), 'list')).toEqual({
      exitCode: 3,
      stdout:
        'NAME      HOST   STATE    VCPUS  MEMORY\nweb       alpha  running  2      512 MiB\n\ufffd[31mred  alpha  running  2      512 MiB\n',
      stderr: 'ferry: beta: cannot connect to b:16509: refused\n',
    });
  });

  test('--host looks at one, --json is for programs', async () => {
    const { exitCode, stdout, stderr } = await ferry(listing(), 'list', '--host', 'alpha', '--json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual([domain('web', 'alpha'), domain('\u001b[31mred', 'alpha')]);
  });

  test('a domain with an open operation is marked, and says how to bring it to its end', async () => {
    const io = fakeIo({
      listDomains: async ({ name }) => [
        { ...domain('web', name), uuid: web.uuid },
        domain('db', name),
        { ...domain('mail', name), uuid: 'u' },
      ],
    });
    await journaled(io, { state: 'left-open' });
    await journaled(io, { id: 'run22222', domain: { name: 'mail', uuid: 'u' } });
    const { exitCode, stdout } = await ferry(io, 'list');
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'NAME  HOST       STATE    VCPUS  MEMORY   OPERATION',
      'web   localhost  running  2      512 MiB  k3m8x2pq left open → ferry recover k3m8x2pq',
      'db    localhost  running  2      512 MiB',
      'mail  localhost  running  2      512 MiB  run22222 running, process 4711 on ops-1',
    ]);
    expect(JSON.parse((await ferry(io, 'list', '--json')).stdout.slice(stdout.length))).toMatchObject([
      { name: 'web', operation: { id: 'k3m8x2pq', state: 'left-open' } },
      { name: 'db' },
      { name: 'mail', operation: { id: 'run22222', state: 'running' } },
    ]);
  });

  test('a journal that cannot be read is told, and the domains are listed all the same', async () => {
    const io = fakeIo({ listDomains: async ({ name }) => [domain('web', name)] });
    mkdirSync(journalPath(io.env), { recursive: true });
    const { exitCode, stdout, stderr } = await ferry(io, 'list');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('web   localhost  running');
    expect(stderr).toMatch(/^ferry: cannot open the journal .*\n$/);
  });

  test('nothing there', async () => {
    expect(await ferry(fakeIo({ listDomains: async () => [] }), 'list')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'no domains\n',
    });
  });
});
