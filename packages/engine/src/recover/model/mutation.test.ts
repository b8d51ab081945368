import { expect, test } from 'vitest';
import { decide } from '../decide.ts';
import { conditionOf, standsForMigration } from '../sighting.ts';
import { step } from '../step.ts';
import { explore } from './explore.ts';
import type { Decide } from './ferry.ts';
import { settings } from './settings.ts';

const resume = { name: 'resume-source', reason: 'wrong', decisive: true } as const;

/** Recovery with one mistake, where that matters, and what the model must say of it. */
const mistakes: readonly {
  readonly mistake: string;
  readonly where: keyof typeof settings;
  /** So many are needed to find it. */
  readonly faults: number;
  readonly wrong: Decide;
  readonly found: RegExp;
}[] = [
  {
    mistake: 'takes a lost answer to Finish for a failure',
    where: 'direct, not strict',
    faults: 1,
    wrong: (record, source, destination) =>
      record.answers.finish === 'lost' && standsForMigration(source)
        ? resume
        : decide(record, source, destination),
    found: /two run: the source was started/,
  },
  {
    mistake: 'resumes the source where it should hold',
    where: 'direct, strict',
    faults: 2,
    wrong: (record, source, destination) => {
      const right = decide(record, source, destination);
      return right.name === 'hold' && standsForMigration(source) ? resume : right;
    },
    found: /two run|from the past/,
  },
  {
    mistake: 'destroys half of a post-copy',
    where: 'direct, post-copy',
    faults: 1,
    wrong: (record, source, destination) =>
      conditionOf(destination) === 'post-copy-failed'
        ? step('cancel-destination', 'wrong')
        : decide(record, source, destination),
    found: /half of the guest was destroyed/,
  },
  {
    mistake: 'forgets that the source was told to go on',
    where: 'direct, strict',
    faults: 2,
    wrong: (record, source, destination) => decide({ ...record, givingBack: false }, source, destination),
    found: /the destination goes on from the past/,
  },
  {
    mistake: 'forgets that the end of the destination may still arrive',
    where: 'direct, strict',
    faults: 2,
    wrong: (record, source, destination) => decide({ ...record, cancelling: false }, source, destination),
    found: /the only copy was destroyed/,
  },
  {
    mistake: 'takes a commit that was written for one that was done',
    where: 'direct, strict',
    faults: 1,
    wrong: (record, source, destination) =>
      decide({ ...record, answers: { ...record.answers, commit: 'ok' } }, source, destination),
    found: /no host runs the guest/,
  },
  {
    mistake: 'starts the destination, though the journal does not say so',
    where: 'p2p, strict',
    faults: 2,
    wrong: (record, source, destination) =>
      conditionOf(destination) === 'paused' ? step('commit', 'wrong') : decide(record, source, destination),
    found: /two run: the destination was started/,
  },
  {
    mistake: 'leaves what Finish stored',
    where: 'direct, strict',
    faults: 1,
    wrong: (record, source, destination) => decide({ ...record, parameters: null }, source, destination),
    found: /the definition there is moved/,
  },
  {
    mistake: 'forgets what the move made',
    where: 'direct, strict, disks copied, defined there before',
    faults: 1,
    wrong: (record, source, destination) => decide({ ...record, created: [] }, source, destination),
    found: /what the move made is still there/,
  },
  {
    mistake: 'waits for what never comes',
    where: 'direct, not strict',
    faults: 1,
    wrong: (record, source, destination) => {
      const right = decide(record, source, destination);
      return right.name === 'hold' ? step('wait', 'wrong') : right;
    },
    found: /waits for ever/,
  },
];

test.each(mistakes)(
  'the model catches recovery that $mistake',
  ({ where, faults, wrong, found }) => {
    const { problems } = explore({ ...settings[where], faults }, wrong);
    expect(
      problems
        .filter(({ by }) => by === 'ferry')
        .map(({ what }) => what)
        .join('\n'),
    ).toMatch(found);
  },
  60_000,
);
