import { afterAll, expect, test } from 'vitest';
import { decide } from '../decide.ts';
import { explore } from './explore.ts';
import { settings } from './settings.ts';
import type { Setting } from './world.ts';

/** What can't be decided though both hosts answer. docs/recovery.md says of each what to look at. */
const undecidable = {
  goneAfterCommit:
    'the guest was given to the destination and is gone there; the source has it as it was at that moment',
  lostAfterGivingBack:
    'the source has lost the guest, and whether it had gone on before is not known; the destination has it as it was at the switchover',
  perhapsRan: 'whether the guest ran on the destination before it was gone is not known',
  whichDisk:
    'whether the guest ran on the destination before it was gone is not known, and so which of its disks is the latest',
  splitBrain: 'both hosts ran the guest until the source was stopped',
  halfNeverRan: 'the destination is gone before it ran the guest, and libvirt does not take it back',
  halfGoneThere: 'the destination may have run the guest and is gone; the source has only what it was before',
  halfGoneHere:
    'the source is gone with memory that the destination lacks: the guest can only be started anew',
} as const;

/**
 * libvirt's own client takes a lost answer to Finish for a failure and starts the source, whatever the destination does
 * (qemu_migration.c, qemuMigrationSrcPerformPeer2Peer3). Only where it drives, and Finish starts the guest.
 */
const splitByLibvirt = ({ drive, commit }: Setting) => drive === 'p2p' && commit === 'finish';
const splits = [
  'the destination goes on from the past',
  'the source goes on from the past',
  'two run: the destination was started',
  'two run: the source was started',
];

/** Holds that a setting can come to: strict commit leaves those alone that follow from a crash of a QEMU. */
function undecidableIn({ commit, method, drive, copyStorage }: Setting): readonly string[] {
  const { goneAfterCommit, lostAfterGivingBack, perhapsRan, whichDisk, splitBrain, ...halves } = undecidable;
  if (commit === 'strict') return [goneAfterCommit, lostAfterGivingBack];
  return [
    goneAfterCommit,
    perhapsRan,
    ...(copyStorage ? [whichDisk] : []),
    ...(drive === 'p2p' ? [splitBrain] : []),
    ...(method === 'post-copy' ? Object.values(halves) : []),
  ];
}

let states = 0;
afterAll(() => console.info(`states explored: ${states}`));

for (const [name, setting] of Object.entries<Setting>(settings)) {
  test(`${name}: recovery keeps its promises from every state that two faults lead to`, () => {
    const explored = explore(setting, decide);
    states += explored.states;
    const { problems } = explored;
    expect(problems.filter(({ by }) => by !== 'libvirt')).toEqual([]);
    const byLibvirt = problems.filter(({ by }) => by === 'libvirt').map(({ what }) => what);
    expect(byLibvirt.sort()).toEqual(splitByLibvirt(setting) ? splits : []);
    const unknown = [...explored.holds.keys()].filter((reason) => !undecidableIn(setting).includes(reason));
    expect(unknown).toEqual([]);
    // A call of a Ferry that was taken for dead, and arrives when the operation is closed: it can't be taken back.
    const tooLate = [
      ...(setting.copyStorage ? ['creation'] : []),
      ...(setting.drive === 'p2p' ? ['move'] : []),
    ];
    expect([...explored.tooLate].sort()).toEqual(tooLate);
  }, 60_000);
}
