import type { CheckReport, DiskProgress, MoveEvent, Outcome, Phase, Progress } from '@virt-ferry/engine';
import { formatDuration } from '../units/duration.ts';
import { formatBytes, formatRate } from '../units/rate.ts';
import { explanationLines } from './explanation.ts';
import { oneLine } from './printable.ts';
import { type RecoveryEnd, stillOpenLines } from './recovery.ts';

/** What each phase means to the user. */
export const phaseText: Readonly<Record<Phase, string>> = {
  inventory: 'looks at both hosts',
  preflight: 'checks that the move can work',
  begin: 'the source describes the guest',
  prepare: 'the destination starts a QEMU that waits for it',
  perform: 'copies the guest while it runs',
  finish: 'the guest changes sides',
  commit: 'the destination starts the guest',
  confirm: 'the source lets go',
  verify: 'checks that exactly one side runs it',
  send: 'sends the disks as they are',
  compare: 'compares what arrived with what was sent',
  define: 'the definition changes sides',
};

/** A step of recovery: what it does, and why. */
export function stepText({ step, reason }: Extract<MoveEvent, { type: 'step' }>): string {
  return oneLine(`${step}: ${reason}`);
}

/** Figures: what has been sent, how fast, what is left. */
export function figures(progress: Progress): string[] {
  if (progress.memoryTotalBytes === 0) return diskFigures(progress);
  const parts = [
    `${formatBytes(progress.memoryProcessedBytes)} sent`,
    formatRate(progress.rateBytesPerS),
    `dirtied ${formatRate(progress.dirtyRateBytesPerS)}`,
    `${formatBytes(progress.memoryRemainingBytes)} left`,
  ];
  if (progress.expectedDowntimeMs !== null)
    parts.push(`expected pause ${formatDuration(progress.expectedDowntimeMs)}`);
  if (progress.throttlePercent > 0) parts.push(`guest throttled ${progress.throttlePercent} %`);
  return parts;
}

function diskFigures({ disks = [] }: Progress): string[] {
  return disks.map(
    ({ target, doneBytes, totalBytes }) =>
      `${target}: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)} copied`,
  );
}

/** How much of memory need not be sent any more, from 0 to 1; of the disks as long as they alone are copied. */
export function share(progress: Progress): number {
  if (progress.memoryTotalBytes === 0) return diskShare(progress);
  return Math.max(0, Math.min(1, 1 - progress.memoryRemainingBytes / progress.memoryTotalBytes));
}

type Sending = Extract<MoveEvent, { type: 'sending' }>;

export function sendingText({ path, doneBytes, totalBytes }: Sending): string {
  return oneLine(`sends ${path}: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`);
}

/** How much of an image has been sent, from 0 to 1. */
export function sent({ doneBytes, totalBytes }: Sending): number {
  return totalBytes === 0 ? 1 : doneBytes / totalBytes;
}

function diskShare({ disks = [] }: Progress): number {
  const sum = (of: (disk: DiskProgress) => number) => disks.reduce((bytes, disk) => bytes + of(disk), 0);
  const total = sum(({ totalBytes }) => totalBytes);
  return total === 0 ? 0 : sum(({ doneBytes }) => doneBytes) / total;
}

/** What is copied at the moment: the disks come first. */
export function stage(progress: Progress): string {
  return progress.memoryTotalBytes === 0 ? 'disks' : `pass ${progress.iteration}`;
}

export function checkSummary(report: CheckReport): string {
  const count = (severity: string) =>
    report.findings.filter((finding) => finding.severity === severity).length;
  const parts = [`${count('pass')} passed`];
  if (count('notice') > 0) parts.push(`${count('notice')} to note`);
  if (count('warning') > 0) parts.push(counted(count('warning'), 'warning'));
  if (count('blocker') > 0) parts.push(counted(count('blocker'), 'blocker'));
  return parts.join(', ');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** The findings that the user should read, a line each. */
export function importantFindings(report: CheckReport): string[] {
  return report.findings
    .filter(({ severity }) => severity === 'blocker' || severity === 'warning')
    .map(({ severity, message, evidence, fix }) =>
      oneLine(`${severity}: ${message} (${evidence})${fix ? `; ${fix.command}` : ''}`),
    );
}

/** The closing lines: where the guest is, and what it cost. */
export function outcomeLines(outcome: Outcome, recovery?: RecoveryEnd): string[] {
  const open = recovery?.open ? stillOpenLines(outcome, recovery) : [];
  if (open.length > 0 && outcome.result === 'uncertain') return open.map(oneLine);
  const { domain, source, destination, result, reason } = outcome;
  const headlines: Readonly<Record<Outcome['result'], string>> = {
    migrated: `${domain.name} ${outcome.offline ? 'is' : 'runs'} on ${destination}${outcome.offline ? ', shut off' : ''}`,
    blocked: `${domain.name} was not moved: ${reason}`,
    'rolled-back': `${domain.name} was not moved: ${reason}`,
    aborted: `${domain.name} was not moved: ${reason}`,
    uncertain: `${domain.name}: where it runs is not certain: ${reason}`,
  };
  const lines = [headlines[result], ...(result === 'migrated' ? [] : explanationLines(reason))];
  if (result === 'migrated') lines.push(`  ${costs(outcome)}`);
  if (result === 'migrated' && reason !== '') lines.push(`  but: ${reason}`);
  const { staleDisks = [] } = outcome;
  if (staleDisks.length > 0) {
    lines.push(`  ${source} keeps ${staleDisks.join(', ')}, now of the past: delete them when all is well`);
  }
  if (result === 'uncertain')
    lines.push(
      `  look at both hosts, ${source} and ${destination}, then: ferry recover ${outcome.operationId}`,
    );
  return [...lines, ...open].map(oneLine);
}

function costs(outcome: Outcome): string {
  const parts = [`total ${formatDuration(outcome.totalMs)}`];
  if (outcome.blackoutMs !== null)
    parts.push(`blackout ${formatDuration(outcome.blackoutMs)} (from outside)`);
  if (outcome.downtimeMs !== null) parts.push(`downtime ${formatDuration(outcome.downtimeMs)} (QEMU)`);
  if (outcome.bytesTransferred !== null) parts.push(`${formatBytes(outcome.bytesTransferred)} sent`);
  if (outcome.iterations !== null) parts.push(`${outcome.iterations} passes`);
  return parts.join(' · ');
}

export function heading(event: Extract<MoveEvent, { type: 'started' }>): string {
  return oneLine(`${event.domain}: ${event.source} → ${event.destination} (${event.operationId})`);
}
