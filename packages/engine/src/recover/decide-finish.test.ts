import { off, seen, table, written } from './cases.ts';
import { ShutoffReason } from './sighting.ts';

const lost = off(ShutoffReason.crashed);
const finish = { commit: 'finish' } as const;
const transient = { sourceFlags: 0, destinationFlags: 0, params: [] };
const volume = { kind: 'volume', pool: 'p', name: 'web-3.qcow2', path: '/disks/web-3.qcow2' } as const;

table('without strict commit Finish starts the guest', [
  [
    'row 9: runs there: the source lets go',
    written({ reached: 'finish', request: finish }),
    seen.stopped,
    seen.running,
    'release-source',
  ],
  [
    'row 10: the destination is away: held',
    written({ reached: 'finish', request: finish }),
    seen.stopped,
    seen.away,
    'hold',
  ],
  [
    'row A1: Finish failed there: the source goes on',
    written({ reached: 'finish', request: finish }),
    seen.stopped,
    off(ShutoffReason.failed),
    'resume-source',
  ],
  [
    'row A1: Finish was refused, and nothing is there',
    written({ reached: 'finish', request: finish, answers: { finish: 'refused' } }),
    seen.stopped,
    seen.absent,
    'resume-source',
  ],
  [
    'row A1: Finish was refused, and the copy still waits',
    written({ reached: 'finish', request: finish, answers: { finish: 'refused' } }),
    seen.stopped,
    seen.incoming,
    'cancel-destination',
  ],
  [
    'row A1: refused, and a source that is away may be half of a post-copy',
    written({ reached: 'finish', request: finish, answers: { finish: 'refused' } }),
    seen.away,
    seen.incoming,
    'hold',
  ],
  [
    'row A2: ran there and shut itself down: the source lets go',
    written({ reached: 'finish', request: finish }),
    seen.stopped,
    off(ShutoffReason.shutdown),
    'release-source',
  ],
  [
    'row A2: gone without a trace, where Finish leaves none: held',
    written({ reached: 'finish', request: finish, parameters: transient }),
    seen.stopped,
    seen.absent,
    'hold',
  ],
  [
    'row A3: no trace of the definition that Finish stores before it starts the guest: it never did',
    written({ reached: 'finish', request: finish }),
    seen.stopped,
    seen.absent,
    'resume-source',
  ],
  [
    'row A4: waits there for long, and the source has let go of all of it: Finish never came, and is sent again',
    written({ reached: 'finish', request: finish, waited: true }),
    off(ShutoffReason.migrated),
    seen.incoming,
    'finish',
  ],
  ['row A2: crashed: held', written({ reached: 'finish', request: finish }), seen.stopped, lost, 'hold'],
  [
    'row A2: gone on both sides, with a disk on each: held',
    written({ reached: 'finish', request: finish, created: [volume] }),
    lost,
    lost,
    'hold',
  ],
  [
    'row A2: the source was told to let go: migrated',
    written({ reached: 'finish', request: finish, releasing: true }),
    seen.absent,
    lost,
    'done',
  ],
  [
    'still being taken over: waited for',
    written({ reached: 'finish', request: finish }),
    seen.stopped,
    seen.incoming,
    'wait',
  ],
]);
