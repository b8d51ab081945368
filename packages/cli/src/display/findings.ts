import type { CheckReport, Finding, Severity } from '@virt-ferry/engine';
import pc from 'picocolors';

const marks: Readonly<Record<Severity, string>> = {
  blocker: pc.red('✖ blocker'),
  warning: pc.yellow('! warning'),
  notice: pc.blue('i notice '),
  pass: pc.green('✔ pass   '),
};

/** All findings, gravest first, each with what it rests on and what mends it; the verdict last. */
export function findingLines(report: CheckReport): string[] {
  const { domain, source, destination, verdict } = report;
  const verdicts = {
    ready: `${domain.name} can move from ${source} to ${destination}`,
    warnings: `${domain.name} can move from ${source} to ${destination}, but read the warnings`,
    blocked: `${domain.name} cannot move from ${source} to ${destination}`,
  };
  return [...report.findings.flatMap(lines), '', pc.bold(verdicts[verdict])];
}

function lines(finding: Finding): string[] {
  const fix = finding.fix ? [`            ${pc.dim('remedy:')} ${finding.fix.command}`] : [];
  return [
    `${marks[finding.severity]}  ${finding.message}`,
    `            ${pc.dim(finding.evidence)}`,
    ...fix,
  ];
}
