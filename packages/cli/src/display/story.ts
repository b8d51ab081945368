import type { Entry } from '@virt-ferry/engine';
import { formatVersion } from '@virt-ferry/libvirt';
import { formatDuration } from '../units/duration.ts';
import { fields, fieldText, parameterLines } from './entry-data.ts';
import { oneLine } from './printable.ts';

/** A journal entry for people; `show --json` has all of it. */
export function entryLines({ atMs, kind, step, data }: Entry, startedAtMs: number): string[] {
  const after = `+${formatDuration(Math.max(0, atMs - startedAtMs))}`;
  const head = `${after.padStart(10)}  ${kind.padEnd(6)}  ${step.padEnd(16)}`;
  const [first = '', ...rest] = dataLines(kind, step, data).map(oneLine);
  return [`${head}  ${first}`.trimEnd(), ...rest.map((line) => `${' '.repeat(head.length + 2)}${line}`)];
}

function dataLines(kind: Entry['kind'], step: string, data: Entry['data']): string[] {
  if (kind === 'note' && step === 'inventory') return inventoryLines(data);
  if (kind === 'note' && step === 'held') return heldLines(data);
  if (kind === 'note' && step === 'recover') return [`taken over by ${takerText(data)}`];
  if (kind === 'result') return [resultText(data)];
  return otherLines(data);
}

function resultText({ ok, refused, error, ...rest }: Entry['data']): string {
  const more = Object.entries(rest).map(([name, value]) => fieldText(name, value));
  if (ok === true) return ['done', ...more].join('  ');
  return [`${refused === true ? 'refused' : 'failed'}: ${String(error)}`, ...more].join('  ');
}

/** How things were before the move. */
function inventoryLines({
  state,
  wasPaused,
  persistent,
  hosts,
  versions,
  definedThere,
}: Entry['data']): string[] {
  const uuids = fields(hosts);
  const numbers = fields(versions);
  const side = (name: string) => {
    const version = numbers[name] === undefined ? '' : `, libvirt ${versionText(numbers[name])}`;
    return `${name}: host UUID ${String(uuids[name])}${version}`;
  };
  const was = String(state ?? (wasPaused === true ? 'paused' : 'running'));
  return [
    `${was}, ${persistent === false ? 'transient' : 'persistent'}`,
    side('source'),
    side('destination'),
    definedThere === null || definedThere === undefined
      ? 'the destination had no definition of it'
      : 'the destination had a definition of it (--json has its XML)',
  ];
}

function versionText(version: unknown): string {
  return typeof version === 'number' ? formatVersion(version) : String(version);
}

/** Why recovery stopped, and what it saw. */
function heldLines({ reason, look, says, ...rest }: Entry['data']): string[] {
  const seen = Object.entries(fields(says)).map(([side, text]) => `${side}: ${String(text)}`);
  const raw = Object.entries(rest).map(([name, value]) => fieldText(name, value));
  return [String(reason), `look at ${String(look)}`, ...(seen.length > 0 ? seen : raw)];
}

function takerText({ pid, machine, token }: Entry['data']): string {
  return pid === undefined
    ? `another Ferry (token ${String(token)})`
    : `process ${String(pid)} on ${String(machine)}`;
}

/** Findings by message, everything else by name. */
function otherLines({ findings, parameters, message, ...rest }: Entry['data']): string[] {
  const parts = Object.entries(rest).map(([name, value]) => fieldText(name, value));
  if (message !== undefined) parts.unshift(String(message));
  const first = parts.length > 0 || parameters === undefined ? [parts.join('  ')] : [];
  const given = parameters === undefined ? [] : parameterLines(parameters);
  return [...first, ...given, ...(Array.isArray(findings) ? findings.map(findingText) : [])];
}

function findingText(finding: unknown): string {
  const { severity, message } = fields(finding);
  return severity === undefined || message === undefined
    ? JSON.stringify(finding)
    : `${String(severity)}: ${String(message)}`;
}
