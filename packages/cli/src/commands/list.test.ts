import { writeFileSync } from 'node:fs';
import type { DomainSummary } from '@virt-ferry/engine';
import { LibvirtError } from '@virt-ferry/libvirt/errors';
import { describe, expect, test } from 'vitest';
import { fakeIo, ferry } from '../testing/fake-io.ts';

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

  test('nothing there', async () => {
    expect(await ferry(fakeIo({ listDomains: async () => [] }), 'list')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'no domains\n',
    });
  });
});
