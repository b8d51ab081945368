import { connect } from '@virt-ferry/libvirt';
import { type FakeDaemonOptions, startFakeDaemon } from '@virt-ferry/libvirt/testing';
import { onTestFinished } from 'vitest';
import { parseDomain } from '../inventory/domain.ts';
import { contextFor } from '../migrate/subject.ts';
import type { Domain, Host } from '../model.ts';
import type { CheckContext, Wishes } from '../preflight/check.ts';
import { createEnv } from '../real-env.ts';
import type { SharedProof } from '../storage/shared.ts';
import { type FakeSystem, fakeShells } from './fake-shells.ts';
import { NO_JOB } from './no-job.ts';

type Handlers = NonNullable<FakeDaemonOptions['handlers']>;

/** What differs from a domain that runs on alpha and can go to beta. */
export interface Situation {
  /** All of its description, in the place of what follows. */
  readonly xml?: string;
  /** What is inside `<devices>`. */
  readonly devices?: string;
  /** What is beside it. */
  readonly more?: string;
  readonly domain?: Partial<Domain>;
  readonly here?: Partial<Host>;
  readonly there?: Partial<Host>;
  /** What the hosts answer. */
  readonly asked?: { readonly here?: Handlers | undefined; readonly there?: Handlers | undefined };
  /** What their own systems say; nobody may look at them where that is not given. */
  readonly systems?: { readonly here?: FakeSystem | null; readonly there?: FakeSystem | null };
  readonly wishes?: Partial<Wishes>;
  /** Whether both see the same directories. */
  readonly shared?: SharedProof['result'];
}

const UUID = 'fe441111-0000-4000-8000-000000000001';
/** Domain capabilities as a host has them that can run anything. */
export const CAPABILITIES = `<domainCapabilities><vcpu max='288'/><devices>
  <tpm supported='yes'><enum name='backendModel'><value>passthrough</value><value>emulator</value></enum></tpm>
</devices></domainCapabilities>`;

/** What a check looks at: a domain as its XML says, and two hosts that answer; they end with the test. */
export async function checkContext(situation: Situation = {}): Promise<CheckContext> {
  const { devices = '', more = '', here = {}, there = {}, asked = {} } = situation;
  const xml =
    situation.xml ??
    `<domain type='kvm'><name>web-3</name><uuid>${UUID}</uuid><memory>524288</memory><vcpu>2</vcpu>
    <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>${more}<devices>${devices}</devices></domain>`;
  const [source, destination] = await Promise.all([
    connectTo({
      domainGetJobInfo: () => NO_JOB,
      domainMigrateBegin3Params: () => ({ cookie: new Uint8Array(), xml: '' }),
      domainSnapshotNum: () => ({ count: 0 }),
      ...asked.here,
    }),
    connectTo({ connectGetDomainCapabilities: () => ({ capabilities: CAPABILITIES }), ...asked.there }),
  ]);
  const domain: Domain = {
    ...parseDomain(xml),
    state: 'running',
    persistent: true,
    ...situation.domain,
  };
  const sides = {
    source: { host: { ...hostNamed('alpha'), ...here }, connection: source, view },
    destination: { host: { ...hostNamed('beta'), ...there }, connection: destination, view },
    proveShared: () =>
      Promise.resolve({ result: situation.shared ?? 'shared', evidence: 'in a test' } as const),
    shells: fakeShells(situation.systems?.here, situation.systems?.there),
    env: createEnv({ journalPath: ':memory:' }),
  };
  const wishes = { drive: 'direct', method: 'pre-copy', copyStorage: 'none', ...situation.wishes } as const;
  return contextFor(sides, domain, { name: domain.name, uuid: domain.uuid, id: 1 }, wishes);
}

const view = () => Promise.resolve({ kind: 'unseen', evidence: 'in a test' } as const);

async function connectTo(handlers: Handlers) {
  const daemon = await startFakeDaemon({ handlers });
  const connection = await connect(daemon.uri);
  onTestFinished(async () => {
    await connection.close();
    await daemon.close();
  });
  return connection;
}

function hostNamed(name: string): Host {
  return {
    ref: { name, uri: `qemu+tcp://${name}/system` },
    ...{ hostname: name, uuid: name, arch: 'x86_64' },
    ...{ libvirtVersion: 9_000_000, hypervisorVersion: 7_002_022 },
    ...{
      numaCells: [{ id: 0, cpus: [0, 1, 2, 3] }],
      pageSizesKiB: [4, 2048],
      securityModels: [{ name: 'dac', baseLabel: '+0:+0' }],
    },
    ...{ cpus: 4, memoryBytes: 16 * 2 ** 30, availableMemoryBytes: 8 * 2 ** 30 },
  };
}
