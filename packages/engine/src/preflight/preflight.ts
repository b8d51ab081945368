import { messageOf } from '@virt-ferry/libvirt';
import type { CheckReport, Finding, Severity, Verdict } from '../model.ts';
import { type Check, type CheckContext, findingsOf } from './check.ts';
import { hostCheck } from './checks/host.ts';
import { checks } from './registry.ts';

const order: readonly Severity[] = ['blocker', 'warning', 'notice', 'pass'];

/**
 * Runs all checks and reports all findings, the gravest first. A check that throws is itself a finding. `more`: what was
 * found elsewhere and belongs into the same report; `which`: not all checks fit every move.
 */
export async function preflight(
  context: CheckContext,
  more: readonly Finding[] = [],
  which: readonly Check[] = checks,
): Promise<CheckReport> {
  const first = await runCheck(hostCheck, context);
  // Where source and destination are one host, the other checks would only compare it with itself.
  const oneHost = first.some(({ id }) => id === 'host.same');
  const others = oneHost ? [] : await Promise.all(which.map((check) => runCheck(check, context)));
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

async function silence({ env, longReading }: CheckContext, over: AbortSignal): Promise<never> {
  await env.delay(PATIENCE_MS, over);
  for (let reading = longReading.end(); reading !== null; reading = longReading.end()) {
    await reading;
    await env.delay(PATIENCE_MS, over);
  }
  throw new Error(`no answer for ${PATIENCE_MS / 1000} s`);
}

function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ severity }) => severity === 'blocker')) return 'blocked';
  return findings.some(({ severity }) => severity === 'warning') ? 'warnings' : 'ready';
}
