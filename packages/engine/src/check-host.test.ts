import { ErrorNumber, RemoteError } from '@virt-ferry/libvirt';
import { startFakeDaemon } from '@virt-ferry/libvirt/testing';
import { expect, onTestFinished, test } from 'vitest';
import { checkHost } from './check-host.ts';
import type { CheckReport, HostRef } from './model.ts';
import { hastyEnv } from './testing/left-open.ts';

const web = { name: 'web', uuid: 'fe441111-0000-4000-8000-000000000001', id: 1 };
const gone = { name: 'gone', uuid: 'fe441111-0000-4000-8000-000000000002', id: 2 };

/** A host with two domains, of which one ends while they are checked. */
async function host(name: string): Promise<HostRef> {
  const daemon = await startFakeDaemon({
    handlers: {
      connectGetHostname: () => ({ hostname: name }),
      connectGetCapabilities: () => ({
        capabilities: `<capabilities><host><uuid>${name}</uuid><cpu><arch>x86_64</arch></cpu></host></capabilities>`,
      }),
      connectGetLibVersion: () => ({ version: 9_000_000n }),
      connectGetVersion: () => ({ version: 7_002_000n }),
      nodeGetInfo: () => ({
        model: 'x86_64',
        memoryKiB: 1024n,
        cpus: 2,
        mhz: 1000,
        nodes: 1,
        sockets: 1,
        cores: 2,
        threads: 1,
      }),
      nodeGetMemoryStats: () => ({ params: [], nparams: 0 }),
      connectListAllDomains: () => ({ domains: [web, gone], count: 2 }),
      domainGetXmlDesc: ({ dom }) => {
        if (dom.name === 'web')
          return { xml: `<domain type='kvm'><name>web</name><uuid>${web.uuid}</uuid></domain>` };
        throw new RemoteError({
          number: ErrorNumber.noDomain,
          domain: 10,
          level: 2,
          message: 'Domain not found',
          details: [],
        });
      },
      domainGetState: () => ({ state: 1, reason: 1 }),
      domainIsPersistent: () => ({ persistent: true }),
    },
  });
  onTestFinished(() => daemon.close());
  return { name, uri: daemon.uri };
}

test('a domain that ends meanwhile is said to, and the others are checked', async () => {
  const [alpha, beta] = [await host('alpha'), await host('beta')];
  const wishes = { drive: 'direct', method: 'pre-copy', copyStorage: 'none' } as const;
  const reports: CheckReport[] = [];
  for await (const report of checkHost(alpha, beta, wishes, hastyEnv())) reports.push(report);
  const of = (name: string) => reports.find(({ domain }) => domain.name === name);
  expect(of('gone')).toMatchObject({
    verdict: 'warnings',
    findings: [{ id: 'domain.unreadable', severity: 'warning', evidence: 'Domain not found' }],
  });
  expect(of('web')?.findings.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['host.different', 'operation.none']),
  );
});
