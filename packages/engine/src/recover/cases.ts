import { DomainState, MigrateFlag, PausedReason, RunningReason } from '@virt-ferry/libvirt';
import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { MoveRecord } from './record.ts';
import type { Sighting } from './sighting.ts';
import type { Step } from './step.ts';

/** What the journal and both hosts say, and what recovery does then. */
export type Row = readonly [
  name: string,
  record: MoveRecord,
  source: Sighting,
  destination: Sighting,
  expected: Step['name'],
];

/** A test for each row of a table. */
export function table(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    test.each(rows)('%s', (_name, record, source, destination, expected) => {
      expect(decide(record, source, destination).name).toBe(expected);
    });
  });
}

/** What both hosts may say, in a word each. */
export const seen = {
  running: present(DomainState.running, RunningReason.migrated),
  leaving: present(DomainState.running, RunningReason.booted, { job: 'outgoing' }),
  stopped: present(DomainState.paused, PausedReason.migration),
  stoppedInJob: present(DomainState.paused, PausedReason.migration, { job: 'outgoing' }),
  paused: present(DomainState.paused, PausedReason.user),
  incoming: present(DomainState.paused, PausedReason.migration, { job: 'incoming' }),
  postCopyHere: present(DomainState.paused, PausedReason.postCopy, { job: 'outgoing' }),
  postCopyThere: present(DomainState.running, RunningReason.postCopy, { job: 'incoming' }),
  cutHere: present(DomainState.paused, PausedReason.postCopyFailed, { job: 'outgoing' }),
  cutThere: present(DomainState.running, RunningReason.postCopyFailed, { job: 'incoming' }),
  absent: { seen: 'absent' },
  away: { seen: 'unreachable', why: 'no answer' },
} satisfies Record<string, Sighting>;

/** A definition without a QEMU, and why that is gone: `VIR_DOMAIN_SHUTOFF_*`. */
export function off(reason: number): Sighting {
  return present(DomainState.shutoff, reason);
}

function present(
  state: number,
  reason: number,
  { job = 'none' as const }: { job?: 'none' | 'outgoing' | 'incoming' } = {},
): Sighting {
  return { seen: 'present', state, reason, job, persistent: true };
}

/** The record of a direct, strict move of a persistent domain of which nothing is written yet. */
const nothing: MoveRecord = {
  request: {
    drive: 'direct',
    method: 'pre-copy',
    commit: 'strict',
    sourceDefinition: 'remove',
    destinationDefinition: 'persistent',
  },
  wasPaused: false,
  persistent: true,
  hosts: null,
  definedThere: null,
  parameters: { sourceFlags: 0, destinationFlags: MigrateFlag.persistDest, params: [] },
  reached: 'nothing',
  answers: { perform: 'none', finish: 'none', commit: 'none' },
  jobAborts: 0,
  gaveBack: false,
  givingBack: false,
  cancelling: false,
  releasing: false,
  suspended: false,
  created: [],
  definitionRestored: false,
  downtimeBeforeMs: null,
  abortRequested: false,
  waited: false,
  choice: null,
};

type Written = Partial<Omit<MoveRecord, 'answers' | 'request'>> & {
  readonly request?: Partial<MoveRecord['request']>;
  readonly answers?: Partial<MoveRecord['answers']>;
};

/** A record with what matters to a case. */
export function written({ request, answers, ...rest }: Written = {}): MoveRecord {
  return {
    ...nothing,
    ...rest,
    request: { ...nothing.request, ...request },
    answers: { ...nothing.answers, ...answers },
  };
}
