import type { CheckReport, Finding, Severity } from '@virt-ferry/engine';
import type { Colors } from './colors.ts';
import { oneLine } from './printable.ts';

const groups: readonly { readonly severity: Severity; readonly title: string }[] = [
  { severity: 'blocker', title: 'Blockers' },
  { severity: 'warning', title: 'Warnings' },
  { severity: 'notice', title: 'To note' },
  { severity: 'pass', title: 'Passed' },
];

/** All findings by severity, gravest first, each with what it rests on and what mends it; the verdict last. */
export function findingLines(report: CheckReport, colors: Colors): string[] {
  const { domain, source, destination, verdict } = report;
  const verdicts = {
    ready: `${domain.name} can move from ${source} to ${destination}`,
    warnings: `${domain.name} can move from ${source} to ${destination}, but read the warnings`,
    blocked: `${domain.name} cannot move from ${source} to ${destination}`,
  };
  const lines = groups.flatMap(({ severity, title }) => {
    const found = report.findings.filter((finding) => finding.severity === severity);
    if (found.length === 0) return [];
    return [colors.bold(title), ...found.flatMap((finding) => findingText(finding, colors)), ''];
  });
  return [...lines, colors.bold(oneLine(verdicts[verdict]))];
}

function findingText({ severity, message, evidence, fix }: Finding, colors: Colors): string[] {
  const marks: Readonly<Record<Severity, string>> = {
    blocker: colors.red('✖'),
    warning: colors.yellow('!'),
    notice: colors.blue('i'),
    pass: colors.green('✔'),
  };
  const remedy = fix ? [`    ${colors.dim('remedy:')} ${oneLine(fix.command)}`] : [];
  return [`  ${marks[severity]} ${oneLine(message)}`, `    ${colors.dim(oneLine(evidence))}`, ...remedy];
}
