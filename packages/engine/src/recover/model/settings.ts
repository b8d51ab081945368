import type { Setting } from './world.ts';

const plain: Setting = {
  drive: 'direct',
  method: 'pre-copy',
  commit: 'strict',
  wasPaused: false,
  persistent: true,
  sourceDefinition: 'remove',
  definedThere: false,
  copyStorage: false,
  faults: 2,
};

/** What is explored: every way to move, and what else recovery has to leave as it was. */
export const settings = {
  'direct, strict': plain,
  'direct, strict, disks copied, defined there before': { ...plain, copyStorage: true, definedThere: true },
  'direct, strict, paused by the user': { ...plain, wasPaused: true },
  'direct, strict, transient': { ...plain, persistent: false },
  'direct, not strict': { ...plain, commit: 'finish' },
  'direct, not strict, paused by the user, definition kept': {
    ...plain,
    commit: 'finish',
    wasPaused: true,
    sourceDefinition: 'keep',
  },
  'direct, post-copy': { ...plain, commit: 'finish', method: 'post-copy' },
  'p2p, strict': { ...plain, drive: 'p2p' },
  'p2p, strict, disks copied, defined there before': {
    ...plain,
    drive: 'p2p',
    copyStorage: true,
    definedThere: true,
  },
  'p2p, strict, paused by the user, transient': {
    ...plain,
    drive: 'p2p',
    wasPaused: true,
    persistent: false,
  },
  'p2p, not strict': { ...plain, drive: 'p2p', commit: 'finish' },
  'p2p, not strict, disks copied': { ...plain, drive: 'p2p', commit: 'finish', copyStorage: true },
  'p2p, post-copy': { ...plain, drive: 'p2p', commit: 'finish', method: 'post-copy' },
} satisfies Record<string, Setting>;
