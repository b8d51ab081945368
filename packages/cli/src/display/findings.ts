import type { CheckReport, Finding, Repaired, Severity } from '@virt-ferry/engine';
import type { Words } from '../language/words.ts';
import type { Colors } from './colors.ts';
import { oneLine } from './printable.ts';

const severities: readonly Severity[] = ['blocker', 'warning', 'notice', 'pass'];

/** All findings by severity, gravest first, each with what it rests on and what mends it; the verdict last. */
export function findingLines(report: CheckReport, colors: Colors, words: Words): string[] {
  const lines = severities.flatMap((severity) => {
    const found = report.findings.filter((finding) => finding.severity === severity);
    if (found.length === 0) return [];
    const texts = found.flatMap((finding) => findingText(finding, colors, words));
    return [colors.bold(words.groups[severity]), ...texts, ''];
  });
  return [
    ...repairLines(report.repaired ?? [], colors, words),
    ...lines,
    colors.bold(oneLine(words.verdict(report))),
  ];
}

function findingText(finding: Finding, colors: Colors, words: Words): string[] {
  const marks: Readonly<Record<Severity, string>> = {
    blocker: colors.red('✖'),
    warning: colors.yellow('!'),
    notice: colors.blue('i'),
    pass: colors.green('✔'),
  };
  const remedy = words.remedyOf(finding);
  const automatic = finding.fix?.automatic ? ` ${colors.dim(words.automatic)}` : '';
  return [
    `  ${marks[finding.severity]} ${oneLine(words.message(finding))}`,
    `    ${colors.dim(oneLine(finding.evidence))}`,
    ...(remedy === null ? [] : [`    ${colors.dim(words.remedy)} ${oneLine(remedy)}${automatic}`]),
  ];
}

function repairLines(repaired: readonly Repaired[], colors: Colors, words: Words): string[] {
  const lines = (['mended', 'failed'] as const).flatMap((result) => {
    const some = repaired.filter((one) => one.result === result);
    if (some.length === 0) return [];
    const mark = result === 'mended' ? colors.green('✔') : colors.red('✖');
    const texts = some.flatMap(({ finding, text }) => [
      `  ${mark} ${oneLine(words.message(finding))}`,
      `    ${oneLine(text)}`,
    ]);
    return [colors.bold(words.repaired[result]), ...texts, ''];
  });
  return lines;
}
