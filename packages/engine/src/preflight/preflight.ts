import { messageOf } from '@virt-ferry/libvirt';
import type { CheckReport, Finding, Severity, Verdict } from '../model.ts';
import type { Check, CheckContext } from './check.ts';
import { cpuCheck } from './cpu.ts';
import { hostCheck } from './host.ts';
import { identityCheck } from './identity.ts';
import { machineCheck } from './machine.ts';
import { memoryCheck } from './memory.ts';
import { peerCheck } from './peer.ts';
import { postCopyCheck } from './post-copy.ts';
import { stateCheck } from './state.ts';
import { storageCheck } from './storage.ts';

/** Every check there is, but for the first. A new one is a file beside these and a line here. */
const checks: readonly Check[] = [
  stateCheck,
  identityCheck,
  machineCheck,
  cpuCheck,
  memoryCheck,
  storageCheck,
  postCopyCheck,
  peerCheck,
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

async function runCheck(check: Check, context: CheckContext): Promise<Finding[]> {
  try {
    return await check.run(context);
  } catch (error) {
    return [
      {
        id: `${check.subject}.failed`,
        subject: check.subject,
        severity: 'warning',
        message: `could not check that ${check.title}`,
        evidence: messageOf(error),
        fix: null,
      },
    ];
  }
}

function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ severity }) => severity === 'blocker')) return 'blocked';
  return findings.some(({ severity }) => severity === 'warning') ? 'warnings' : 'ready';
}
