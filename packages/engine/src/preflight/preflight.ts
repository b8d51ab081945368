import { messageOf } from '@virt-ferry/libvirt';
import type { CheckReport, Finding, Severity, Verdict } from '../model.ts';
import { type Check, type CheckContext, findingsOf } from './check.ts';
import { blockJobsCheck } from './checks/block-jobs.ts';
import { cpuCheck } from './checks/cpu.ts';
import { diskKindsCheck } from './checks/disk-kinds.ts';
import { emulatedDevicesCheck } from './checks/emulated-devices.ts';
import { filesystemsCheck } from './checks/filesystems.ts';
import { hostCheck } from './checks/host.ts';
import { hostDevicesCheck } from './checks/host-devices.ts';
import { identityCheck } from './checks/identity.ts';
import { ioErrorCheck } from './checks/io-error.ts';
import { machineCheck } from './checks/machine.ts';
import { memoryCheck } from './checks/memory.ts';
import { memoryDevicesCheck } from './checks/memory-devices.ts';
import { passthroughCheck } from './checks/passthrough.ts';
import { peerCheck } from './checks/peer.ts';
import { postCopyCheck } from './checks/post-copy.ts';
import { protectionCheck } from './checks/protection.ts';
import { returnCheck } from './checks/return.ts';
import { sharedMemoryCheck } from './checks/shared-memory.ts';
import { snapshotsCheck } from './checks/snapshots.ts';
import { sourceCheck } from './checks/source.ts';
import { stateCheck } from './checks/state.ts';
import { storageCheck } from './checks/storage.ts';
import { timeStampCounterCheck } from './checks/time-stamp-counter.ts';
import { tpmCheck } from './checks/tpm.ts';
import { vcpusCheck } from './checks/vcpus.ts';
import { vhostUserCheck } from './checks/vhost-user.ts';

/** Every check there is, but for the first. A new one is a file in checks/ and a line here. */
const checks: readonly Check[] = [
  stateCheck,
  identityCheck,
  machineCheck,
  cpuCheck,
  passthroughCheck,
  memoryCheck,
  storageCheck,
  postCopyCheck,
  peerCheck,
  sourceCheck,
  snapshotsCheck,
  blockJobsCheck,
  ioErrorCheck,
  hostDevicesCheck,
  vhostUserCheck,
  emulatedDevicesCheck,
  diskKindsCheck,
  filesystemsCheck,
  sharedMemoryCheck,
  memoryDevicesCheck,
  tpmCheck,
  protectionCheck,
  vcpusCheck,
  timeStampCounterCheck,
  returnCheck,
];

const order: readonly Severity[] = ['blocker', 'warning', 'notice', 'pass'];

/**
 * Runs all checks and reports all findings, the gravest first. A check that throws is itself a finding. `more`: what was
 * found elsewhere and belongs into the same report.
 */
export async function preflight(context: CheckContext, more: readonly Finding[] = []): Promise<CheckReport> {
  const first = await runCheck(hostCheck, context);
  // Where source and destination are one host, the other checks would only compare it with itself.
  const oneHost = first.some(({ id }) => id === 'host.same');
  const others = oneHost ? [] : await Promise.all(checks.map((check) => runCheck(check, context)));
  const findings = [...more, ...first, ...others.flat()].sort(
    (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity),
  );
  return {
    domain: { name: context.domain.name, uuid: context.domain.uuid },
    source: context.source.host.ref.name,
    destination: context.destination.host.ref.name,
    verdict: verdictOf(findings),
    findings,
  };
}

/** What is found where a check itself fails. */
const failedTexts = {
  failed: { severity: 'warning', message: 'could not check that {title}' },
} as const;

async function runCheck(check: Check, context: CheckContext): Promise<Finding[]> {
  try {
    return await check.run(context);
  } catch (error) {
    const failed = findingsOf(check.subject, failedTexts);
    return [failed('failed', { title: check.title }, messageOf(error))];
  }
}

function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ severity }) => severity === 'blocker')) return 'blocked';
  return findings.some(({ severity }) => severity === 'warning') ? 'warnings' : 'ready';
}
