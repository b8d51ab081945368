import type { HostRef, MoveRequest, Operation } from '@virt-ferry/engine';
import { holderText } from '../open-operations.ts';
import { formatDuration } from '../units/duration.ts';
import { formatRate } from '../units/rate.ts';
import { oneLine } from './printable.ts';

/** What was asked for, of whom, when and by which process. */
export function operationLines(operation: Operation): string[] {
  const { id, domain, source, destination, request, startedAtMs, abortRequested } = operation;
  const row = (what: string, text: string) => `  ${what.padEnd(12)}${text}`;
  return [
    `${domain.name}: ${source} → ${destination} (${id})`,
    row('domain', `${domain.name}, UUID ${domain.uuid}`),
    row('source', hostText(request.source)),
    row('destination', hostText(request.destination)),
    row('asked for', wishes(request).join(', ')),
    row('begun', `${timeText(startedAtMs)}, last run by ${holderText(operation)}`),
    ...(abortRequested ? [row('', 'an abort was asked for')] : []),
  ].map(oneLine);
}

export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** An operation of an older Ferry may lack what was not asked for then. */
function hostText(host: HostRef | undefined): string {
  if (host === undefined) return 'unknown';
  const sends = host.migrationAddress === undefined ? [] : [`sent to ${host.migrationAddress}`];
  const peer = host.peerUri === undefined ? [] : [`the source reaches it by ${host.peerUri}`];
  return [`${host.name}, ${host.uri}`, ...sends, ...peer].join(', ');
}

const copyTexts: Readonly<Record<MoveRequest['copyStorage'], string>> = {
  none: 'no disk is copied',
  auto: 'disks that are not shared are copied',
  all: 'disks that are not shared are copied, each into one image',
  incremental: 'disks that are not shared are copied over the images that they build on',
};

function wishes(request: Partial<MoveRequest>): string[] {
  const { maxDowntimeMs, bandwidthBytesPerS, deadlineMs, method, drive, commit, copyStorage } = request;
  const limit = (what: string, value: number | null | undefined, words: (one: number) => string) =>
    value === null || value === undefined ? [] : [`${what} ${words(value)}`];
  return [
    method ?? 'pre-copy',
    drive === 'p2p' ? 'driven by the source (p2p)' : 'driven by Ferry',
    commit === 'finish' ? 'started by libvirt’s Finish' : 'started by Ferry (strict commit)',
    copyTexts[copyStorage ?? 'none'],
    ...(request.tls ? ['by TLS'] : []),
    request.sourceDefinition === 'keep'
      ? 'the source keeps its definition'
      : 'the source loses its definition',
    request.destinationDefinition === 'transient' ? 'transient there' : 'persistent there',
    ...limit('maximum downtime', maxDowntimeMs, formatDuration),
    ...limit('bandwidth', bandwidthBytesPerS, formatRate),
    ...limit('deadline', deadlineMs, formatDuration),
  ];
}
