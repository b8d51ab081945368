import { messageOf } from '@virt-ferry/libvirt';
import type { CheckReport, Finding, Severity, Verdict } from '../model.ts';
import { type Check, type CheckContext, findingsOf } from './check.ts';
import { accessCheck } from './checks/access.ts';
import { bridgeCheck } from './checks/bridge.ts';
import { clockCheck } from './checks/clock.ts';
import { cpuCheck } from './checks/cpu.ts';
import { directCheck } from './checks/direct.ts';
import { exposureCheck } from './checks/exposure.ts';
import { hostCheck } from './checks/host.ts';
import { identityCheck } from './checks/identity.ts';
import { machineCheck } from './checks/machine.ts';
import { memlockCheck } from './checks/memlock.ts';
import { memoryCheck } from './checks/memory.ts';
import { networkCheck } from './checks/network.ts';
import { peerCheck } from './checks/peer.ts';
import { peerReachCheck } from './checks/peer-reach.ts';
import { portsCheck } from './checks/ports.ts';
import { postCopyCheck } from './checks/post-copy.ts';
import { routeCheck } from './checks/route.ts';
import { shellCheck } from './checks/shell.ts';
import { sshCheck } from './checks/ssh.ts';
import { stateCheck } from './checks/state.ts';
import { storageCheck } from './checks/storage.ts';
import { tlsCheck } from './checks/tls.ts';
import { userfaultfdCheck } from './checks/userfaultfd.ts';

/** Every check there is, but for the first. A new one is a file in checks/ and a line here. */
const checks: readonly Check[] = [
  stateCheck,
  identityCheck,
  machineCheck,
  cpuCheck,
  memoryCheck,
  storageCheck,
  postCopyCheck,
  peerCheck,
  accessCheck,
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
