import type { Entry } from '@virt-ferry/engine';
import { formatDuration } from '../units/duration.ts';
import { oneLine } from './printable.ts';

/** A journal entry for people; `show --json` has all of it. */
export function entryLines({ atMs, kind, step, data }: Entry, startedAtMs: number): string[] {
  const after = `+${formatDuration(Math.max(0, atMs - startedAtMs))}`;
  const head = `${after.padStart(10)}  ${kind.padEnd(6)}  ${step.padEnd(16)}`;
  const [first = '', ...rest] = dataLines(data).map(oneLine);
  return [`${head}  ${first}`.trimEnd(), ...rest.map((line) => `${' '.repeat(head.length + 2)}${line}`)];
}

/** What an entry says: findings by message, a failure by its error, everything else by name. */
function dataLines({ findings, ok, error, message, ...rest }: Entry['data']): string[] {
  const parts = Object.entries(rest).map(([name, value]) => `${name}=${valueText(value)}`);
  if (ok === true) parts.unshift('done');
  if (ok === false) parts.unshift(`failed: ${String(error)}`);
  if (message !== undefined) parts.unshift(String(message));
  const first = parts.join('  ');
  return Array.isArray(findings) ? [first, ...findings.map(findingText)] : [first];
}

function findingText(finding: unknown): string {
  if (typeof finding !== 'object' || finding === null) return valueText(finding);
  if (!('severity' in finding) || !('message' in finding)) return valueText(finding);
  return `${String(finding.severity)}: ${String(finding.message)}`;
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
