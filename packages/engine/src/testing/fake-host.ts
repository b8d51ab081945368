import { DomainState, ErrorNumber, JobType, type param, RemoteError } from '@virt-ferry/libvirt';
import { type FakeDaemon, startFakeDaemon } from '@virt-ferry/libvirt/testing';
import { onTestFinished } from 'vitest';
import type { HostRef } from '../model.ts';
import { NO_JOB } from './no-job.ts';

/** The domain of a fake host. */
export interface FakeDomain {
  readonly state: number;
  readonly reason: number;
  readonly job: 'none' | 'outgoing' | 'incoming';
  readonly persistent: boolean;
}

/** A libvirtd that knows at most one domain, and does to it what it is told. */
export interface FakeHost {
  readonly ref: HostRef;
  domain: FakeDomain | null;
  /** How far a migration away from it is: what it answers for the statistics of the job. */
  jobStats: readonly ReturnType<(typeof param)['ullong']>[];
  /** What it answers for those of a job that has ended. */
  completedStats: FakeHost['jobStats'];
  /** What was done to the domain, in order. */
  readonly acts: readonly string[];
  /** Told of each act, to play its consequences. */
  onAct: (act: string) => void;
  /** Told of each look at the statistics of the running job. */
  onSample: () => void;
}

export const UUID = 'fe441111-0000-4000-8000-000000000001';
const dom = { name: 'web', uuid: UUID, id: 1 };
const COMPLETED = 1;

const refusal = (number: number, message: string) =>
  new RemoteError({ number, domain: 10, level: 2, message, details: [] });

/** Starts a host; it ends with the test. */
export async function startFakeHost(name: string, hostUuid: string): Promise<FakeHost> {
  const acts: string[] = [];
  const find = () => {
    if (host.domain === null) throw refusal(ErrorNumber.noDomain, 'no domain');
    return { dom: host.domain.state === DomainState.shutoff ? { ...dom, id: -1 } : dom };
  };
  const domain = () => {
    find();
    return host.domain ?? never();
  };
  const act = (what: string) => () => {
    domain();
    acts.push(what);
    host.onAct(what);
    return {};
  };
  const daemon: FakeDaemon = await startFakeDaemon({
    handlers: {
      connectGetCapabilities: () => ({
        capabilities: `<capabilities><host><uuid>${hostUuid}</uuid></host></capabilities>`,
      }),
      domainLookupByUuid: find,
      domainLookupByName: find,
      domainGetState: () => ({ state: domain().state, reason: domain().reason }),
      domainIsPersistent: () => ({ persistent: domain().persistent }),
      domainGetJobInfo: () => ({ ...NO_JOB, type: jobType(domain()) }),
      domainGetJobStats: ({ flags }) => {
        if (flags === COMPLETED) return { type: JobType.completed, params: [...host.completedStats] };
        host.onSample();
        return { type: jobType(domain()), params: [...host.jobStats] };
      },
      connectDomainEventCallbackRegisterAny: () => ({ callbackId: 1 }),
      connectDomainEventCallbackDeregisterAny: () => ({}),
      domainAbortJob: act('abort-job'),
      domainResume: act('resume'),
      domainSuspend: act('suspend'),
      domainDestroyFlags: act('destroy'),
      domainUndefineFlags: act('undefine'),
      domainMigrateStartPostCopy: act('start-post-copy'),
    },
  });
  onTestFinished(() => daemon.close());
  const host: FakeHost = {
    ref: { name, uri: daemon.uri },
    domain: null,
    jobStats: [],
    completedStats: [],
    acts,
    onAct: () => undefined,
    onSample: () => undefined,
  };
  return host;
}

function jobType({ job }: FakeDomain): number {
  if (job === 'incoming') throw refusal(ErrorNumber.operationUnsupported, 'only on the source host');
  return job === 'outgoing' ? JobType.unbounded : JobType.none;
}

function never(): never {
  throw new Error('looked up a moment ago');
}
