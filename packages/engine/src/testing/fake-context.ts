import { type Connection, connect } from '@virt-ferry/libvirt';
import { type FakeDaemonOptions, startFakeDaemon } from '@virt-ferry/libvirt/testing';
import { onTestFinished } from 'vitest';
import { parseDomain } from '../inventory/domain.ts';
import type { Host } from '../model.ts';
import type { CheckContext, Wishes } from '../preflight/check.ts';
import { createEnv } from '../real-env.ts';
import type { Sight } from '../storage/directory.ts';
import type { SharedProof } from '../storage/shared.ts';

type Answers = NonNullable<FakeDaemonOptions['handlers']>;

const unseen: Sight<never> = { kind: 'unseen', evidence: 'in a test' };

/** What a check looks at, of two hosts that say what the test wants. */
export async function fakeContext(wanted: {
  readonly xml: string;
  readonly source?: Partial<Host>;
  readonly destination?: Partial<Host>;
  readonly wishes?: Partial<Wishes>;
  readonly answers?: Answers;
  readonly shared?: SharedProof['result'];
}): Promise<CheckContext> {
  const connection = await fakeConnection(wanted.answers ?? {});
  const domain = { ...parseDomain(wanted.xml), state: 'running', persistent: true } as const;
  const view = () => Promise.resolve(unseen);
  return {
    source: { host: { ...host('alpha'), ...wanted.source }, connection, view },
    destination: { host: { ...host('beta'), ...wanted.destination }, connection, view },
    domain,
    dom: { name: domain.name, uuid: domain.uuid, id: 1 },
    wishes: { drive: 'direct', method: 'pre-copy', copyStorage: 'none', ...wanted.wishes },
    proveShared: () => Promise.resolve({ result: wanted.shared ?? 'shared', evidence: 'in a test' }),
    env: createEnv({ journalPath: ':memory:' }),
  };
}

async function fakeConnection(handlers: Answers): Promise<Connection> {
  const daemon = await startFakeDaemon({ handlers });
  const connection = await connect(daemon.uri);
  onTestFinished(async () => {
    await connection.close();
    await daemon.close();
  });
  return connection;
}

function host(name: string): Host {
  return {
    ref: { name, uri: `qemu+tcp://${name}/system` },
    hostname: name,
    uuid: name,
    arch: 'x86_64',
    libvirtVersion: 9_000_000,
    hypervisorVersion: 7_002_000,
    cpus: 4,
    memoryBytes: 16 * 2 ** 30,
    availableMemoryBytes: 8 * 2 ** 30,
    numaCells: [{ id: 0, cpus: [0, 1, 2, 3] }],
    pageSizesKiB: [4, 2048],
    securityModels: [{ name: 'dac', baseLabel: '+0:+0' }],
  };
}
