import { messageOf } from '@virt-ferry/libvirt';
import type { CheckReport, Finding, Severity, Verdict } from '../model.ts';
import { type Check, type CheckContext, findingsOf } from './check.ts';
import { accessCheck } from './checks/access.ts';
import { backingCheck } from './checks/backing.ts';
import { blockJobsCheck } from './checks/block-jobs.ts';
import { bootFilesCheck } from './checks/boot-files.ts';
import { bridgeCheck } from './checks/bridge.ts';
import { clockCheck } from './checks/clock.ts';
import { copyCheck } from './checks/copy.ts';
import { cpuCheck } from './checks/cpu.ts';
import { devicesCheck } from './checks/devices.ts';
import { directCheck } from './checks/direct.ts';
import { diskKindsCheck } from './checks/disk-kinds.ts';
import { emulatedDevicesCheck } from './checks/emulated-devices.ts';
import { exposureCheck } from './checks/exposure.ts';
import { filesystemsCheck } from './checks/filesystems.ts';
import { hostCheck } from './checks/host.ts';
import { hostDevicesCheck } from './checks/host-devices.ts';
import { hugePagesCheck } from './checks/hugepages.ts';
import { identityCheck } from './checks/identity.ts';
import { ioErrorCheck } from './checks/io-error.ts';
import { machineCheck } from './checks/machine.ts';
import { mediaCheck } from './checks/media.ts';
import { memlockCheck } from './checks/memlock.ts';
import { memoryCheck } from './checks/memory.ts';
import { memoryDevicesCheck } from './checks/memory-devices.ts';
import { networkCheck } from './checks/network.ts';
import { passthroughCheck } from './checks/passthrough.ts';
import { peerCheck } from './checks/peer.ts';
import { peerReachCheck } from './checks/peer-reach.ts';
import { permissionCheck } from './checks/permission.ts';
import { placementCheck } from './checks/placement.ts';
import { portsCheck } from './checks/ports.ts';
import { postCopyCheck } from './checks/post-copy.ts';
import { protectionCheck } from './checks/protection.ts';
import { returnCheck } from './checks/return.ts';
import { routeCheck } from './checks/route.ts';
import { secretsCheck } from './checks/secrets.ts';
import { securityCheck } from './checks/security.ts';
import { sharedMemoryCheck } from './checks/shared-memory.ts';
import { shellCheck } from './checks/shell.ts';
import { snapshotsCheck } from './checks/snapshots.ts';
import { sourceCheck } from './checks/source.ts';
import { sshCheck } from './checks/ssh.ts';
import { stateCheck } from './checks/state.ts';
import { storageCheck } from './checks/storage.ts';
import { timeStampCounterCheck } from './checks/time-stamp-counter.ts';
import { tlsCheck } from './checks/tls.ts';
import { tpmCheck } from './checks/tpm.ts';
import { unsafeCheck } from './checks/unsafe.ts';
import { userfaultfdCheck } from './checks/userfaultfd.ts';
import { vcpusCheck } from './checks/vcpus.ts';
import { vhostUserCheck } from './checks/vhost-user.ts';
import { volumesCheck } from './checks/volumes.ts';

/** Every check there is, but for the first. A new one is a file in checks/ and a line here. */
export const checks: readonly Check[] = [
  stateCheck,
  identityCheck,
  machineCheck,
  cpuCheck,
  passthroughCheck,
  memoryCheck,
  hugePagesCheck,
  placementCheck,
  securityCheck,
  storageCheck,
  backingCheck,
  devicesCheck,
  volumesCheck,
  secretsCheck,
  accessCheck,
  unsafeCheck,
  copyCheck,
  mediaCheck,
  bootFilesCheck,
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
  permissionCheck,
  shellCheck,
  bridgeCheck,
  networkCheck,
  directCheck,
  routeCheck,
  portsCheck,
  peerReachCheck,
  clockCheck,
  sshCheck,
  userfaultfdCheck,
  tlsCheck,
  memlockCheck,
  exposureCheck,
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
  return withFindings(
    {
      domain: { name: context.domain.name, uuid: context.domain.uuid },
      source: context.source.host.ref.name,
      destination: context.destination.host.ref.name,
    },
    [...more, ...first, ...others.flat()],
  );
}

/** A report that has these findings too, the gravest first, and the verdict that follows from all. */
export function withFindings(
  report: Omit<CheckReport, 'verdict' | 'findings'> & Partial<CheckReport>,
  more: readonly Finding[],
): CheckReport {
  const findings = [...(report.findings ?? []), ...more].sort(
    (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity),
  );
  return { ...report, verdict: verdictOf(findings), findings };
}

/** What is found where a check itself fails. */
export const failedTexts = {
  failed: { severity: 'warning', message: 'could not check that {title}' },
} as const;

async function runCheck(check: Check, context: CheckContext): Promise<Finding[]> {
  const over = new AbortController();
  try {
    return await Promise.race([check.run(context), silence(context, over.signal)]);
  } catch (error) {
    const failed = findingsOf(check.subject, failedTexts);
    return [failed('failed', { title: check.title }, messageOf(error))];
  } finally {
    over.abort();
  }
}

/** A host that goes silent is no reason to wait for a minute, nor to say nothing of the rest. */
const PATIENCE_MS = 15_000;

async function silence({ env }: CheckContext, over: AbortSignal): Promise<never> {
  await env.delay(PATIENCE_MS, over);
  throw new Error(`no answer for ${PATIENCE_MS / 1000} s`);
}

function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ severity }) => severity === 'blocker')) return 'blocked';
  return findings.some(({ severity }) => severity === 'warning') ? 'warnings' : 'ready';
}
