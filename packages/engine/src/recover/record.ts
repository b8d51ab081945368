import { MigrateFlag } from '@virt-ferry/libvirt';
import type { NewEntry } from '../journal/journal.ts';
import { type Parameters, parametersFrom } from '../migrate/parameters.ts';
import type { Speed } from '../migrate/speed.ts';
import type { MoveRequest } from '../model.ts';
import type { Created } from '../storage/created.ts';

/** How far a move has come: the last phase whose intent is in the journal. The later ones are further right. */
export const phases = ['nothing', 'begin', 'prepare', 'perform', 'finish', 'commit'] as const;
export type Reached = (typeof phases)[number];

/** What came back from a phase. `refused`: libvirt itself said no; `lost`: the answer, or the connection, failed. */
export type Answer = 'none' | 'ok' | 'refused' | 'lost';

/** What the operator decided where Ferry can't know. `accept`: leave both hosts as they are. */
export type Choice = 'source' | 'destination' | 'accept';

/** All that the journal says of a move and that recovery decides by. */
export interface MoveRecord {
  readonly request: Pick<
    MoveRequest,
    'drive' | 'method' | 'commit' | 'sourceDefinition' | 'destinationDefinition' | 'offline'
  > &
    Partial<
      Pick<
        MoveRequest,
        'bandwidthBytesPerS' | 'diskBandwidthBytesPerS' | 'postCopy' | 'leastShare' | 'rehearsal'
      >
    >;
  /** The user had paused the guest: it is never resumed. */
  readonly wasPaused: boolean;
  /** The domain had a definition on the source. */
  readonly persistent: boolean;
  /** The host UUIDs of both sides, once they were read. */
  readonly hosts: { readonly source: string; readonly destination: string } | null;
  /** The definition of this domain that the destination had before, as XML. */
  readonly definedThere: string | null;
  readonly parameters: Parameters | null;
  readonly reached: Reached;
  /** The answers to Perform, Finish(0) and the commit. */
  readonly answers: { readonly perform: Answer; readonly finish: Answer; readonly commit: Answer };
  /** How often the destination was told to start the guest. */
  readonly finishes: number;
  /** How often recovery has asked the source to abort its job. */
  readonly jobAborts: number;
  /** The source was told that the move is over: Confirm(1) was sent and came back, however. */
  readonly gaveBack: boolean;
  /** The source was to be told so: it may have gone on since, or may yet, which makes the destination's copy the past. */
  readonly givingBack: boolean;
  /** The destination's copy was to be ended, which may yet happen. */
  readonly cancelling: boolean;
  /** The source was to let the guest go, or its definition: the destination has it, or had it. */
  readonly releasing: boolean;
  /** Recovery stopped the source, because both sides ran. */
  readonly suspended: boolean;
  readonly created: readonly Created[];
  /** The definition that was there before is there again. */
  readonly definitionRestored: boolean;
  /** The downtime limit that was set before, where it was changed and not yet put back. */
  readonly downtimeBeforeMs: number | null;
  /** How fast the guest might be before Ferry held it back, where it did and it was not yet put back. */
  readonly speedBefore: Speed | null;
  readonly abortRequested: boolean;
  /** Recovery has waited for some time since Finish was sent, and nothing has changed. */
  readonly waited: boolean;
  readonly choice: Choice | null;
  /** Of a domain that is moved shut off. */
  readonly offline: OfflineRecord;
}

/** How far the definition of a shut-off domain has changed sides. */
export interface OfflineRecord {
  /** What came of storing it on the destination; `null` where that was never intended. */
  readonly defined: Answer | null;
  /** What came of the last try to remove it from the source. */
  readonly undefined: Answer | null;
  /** It is being taken back from the destination. */
  readonly goingBack: boolean;
  /** The host starts it when it boots: still to be set on the destination. */
  readonly owesAutostart: boolean;
}

/** Whether a move has come at least so far. */
export function hasReached({ reached }: MoveRecord, phase: Reached): boolean {
  return phases.indexOf(reached) >= phases.indexOf(phase);
}

/** Finish was sent, or may have been: a source that drives by itself sends it in the one call to Perform. */
export function finishSent(record: MoveRecord): boolean {
  return hasReached(record, record.request.drive === 'p2p' ? 'perform' : 'finish');
}

/** Finish stores a definition on the destination, on disk, before it starts the guest (qemu_migration.c). */
export function persistsThere({ parameters }: MoveRecord): boolean {
  return ((parameters?.destinationFlags ?? 0) & MigrateFlag.persistDest) !== 0;
}

/** Reads the story of a move. Pure. */
export function recordOf(
  request: MoveRequest,
  entries: readonly NewEntry[],
  abortRequested: boolean,
): MoveRecord {
  const intents = entries.filter(({ kind }) => kind === 'intent');
  const forward = intents.filter(({ data }) => data.cancelled !== true);
  const noted = (step: string) =>
    entries.findLast((entry) => entry.kind === 'note' && entry.step === step)?.data;
  const inventory = noted('inventory');
  const limited = unrestored('limit-downtime', 'restore-downtime', entries);
  const held = unrestored('hold-back', 'restore-speed', entries);
  const intended = (name: string) => intents.some(({ step }) => step === name);
  return {
    request,
    wasPaused: inventory?.wasPaused === true,
    persistent: inventory?.persistent === true,
    hosts: (inventory?.hosts as MoveRecord['hosts']) ?? null,
    definedThere: (inventory?.definedThere as string | null | undefined) ?? null,
    parameters: parametersFrom(forward.findLast(({ data }) => 'parameters' in data)?.data.parameters),
    reached: phases.findLast((phase) => forward.some(({ step }) => step === phase)) ?? 'nothing',
    answers: {
      perform: answerTo('perform', entries),
      finish: answerTo('finish', entries),
      commit: answerTo('commit', entries),
    },
    finishes: forward.filter(({ step }) => step === 'finish').length,
    jobAborts: intents.filter(({ step }) => step === 'abort-job').length,
    gaveBack: answerTo('resume-source', entries) !== 'none',
    givingBack: intended('resume-source'),
    cancelling: intended('cancel-destination'),
    releasing: ['confirm', 'release-source', 'undefine-source', 'resume-post-copy'].some(intended),
    suspended: intended('suspend-source'),
    created: createdBy(entries),
    definitionRestored: answerTo('restore-definition', entries) === 'ok',
    downtimeBeforeMs: limited && Number(limited.fromMs),
    speedBefore: held && (held.before as Speed),
    // What was only rehearsed is never carried on with.
    abortRequested: abortRequested || request.rehearsal === true,
    waited: waitedAfterFinish(entries),
    choice: (noted('choice')?.choice as Choice | undefined) ?? null,
    offline: {
      defined: intended('define-destination') ? answerTo('define-destination', entries) : null,
      undefined: intended('undefine-source') ? answerTo('undefine-source', entries) : null,
      goingBack: intended('undefine-destination') || intended('restore-definition'),
      owesAutostart:
        inventory?.autostart === true && !['ok', 'refused'].includes(answerTo('set-autostart', entries)),
    },
  };
}

function waitedAfterFinish(entries: readonly NewEntry[]): boolean {
  const last = (kind: NewEntry['kind'], name: string) =>
    entries.findLastIndex((entry) => entry.kind === kind && entry.step === name);
  return last('note', 'waited') > Math.max(last('intent', 'finish'), last('intent', 'perform'));
}

/** What came of the last forward call of that name. */
function answerTo(step: string, entries: readonly NewEntry[]): Answer {
  const sent = entries.findLastIndex(
    (entry) => entry.kind === 'intent' && entry.step === step && entry.data.cancelled !== true,
  );
  return sent < 0 ? 'none' : answerAt(sent, entries);
}

/** What came of the intent at that place. */
function answerAt(intent: number, entries: readonly NewEntry[]): Answer {
  const step = entries[intent]?.step;
  const result = entries.slice(intent).find((entry) => entry.kind === 'result' && entry.step === step);
  if (!result) return 'none';
  if (result.data.ok === true) return 'ok';
  return result.data.refused === true ? 'refused' : 'lost';
}

/** What was made and not removed. What libvirt refused to make was not made, and may be somebody else's. */
function createdBy(entries: readonly NewEntry[]): Created[] {
  const made: Created[] = [];
  for (const [index, { kind, step, data }] of entries.entries()) {
    if (kind !== 'intent') continue;
    const answer = answerAt(index, entries);
    if (step === 'create-volume' || step === 'create-pool') {
      if (answer !== 'refused') made.push(data.created as Created);
    } else if ((step === 'remove-volume' || step === 'remove-pool') && answer === 'ok') {
      const removed = data.created as Created;
      made.splice(
        0,
        made.length,
        ...made.filter(({ kind, name }) => kind !== removed.kind || name !== removed.name),
      );
    }
  }
  return made;
}

/** What the journal has of how it was before such an act, unless that was put back. */
function unrestored(act: string, restored: string, entries: readonly NewEntry[]): NewEntry['data'] | null {
  const changed = entries.find(({ kind, step }) => kind === 'intent' && step === act);
  return changed && answerTo(restored, entries) !== 'ok' ? changed.data : null;
}
