import { off, seen, table, written } from './cases.ts';
import { ShutoffReason } from './sighting.ts';

const lost = off(ShutoffReason.crashed);

table('once committed the destination owns the guest', [
  [
    'row 13: runs there: the source lets go',
    written({ reached: 'commit' }),
    seen.stopped,
    seen.running,
    'release-source',
  ],
  [
    'row 14: still paused there: started',
    written({ reached: 'commit' }),
    seen.stopped,
    seen.paused,
    'commit',
  ],
  [
    'row 14: started, and paused since by somebody',
    written({ reached: 'commit', answers: { commit: 'ok' } }),
    seen.stopped,
    seen.paused,
    'release-source',
  ],
  [
    'row 15: runs there, the source has let go',
    written({ reached: 'commit' }),
    seen.absent,
    seen.running,
    'done',
  ],
  [
    'row 15: the definition goes as well',
    written({ reached: 'commit' }),
    off(ShutoffReason.migrated),
    seen.running,
    'undefine-source',
  ],
  [
    'row 16: the source is away: done, with a debt',
    written({ reached: 'commit' }),
    seen.away,
    seen.running,
    'done',
  ],
  [
    'committed, and the destination is away: held',
    written({ reached: 'commit' }),
    seen.stopped,
    seen.away,
    'hold',
  ],
  [
    'committed, nobody heard, the source has let go: held',
    written({ reached: 'commit' }),
    seen.absent,
    seen.away,
    'hold',
  ],
  ['committed, and gone there: held', written({ reached: 'commit' }), seen.stopped, lost, 'hold'],
  [
    'row 18: Confirm was lost: again',
    written({ reached: 'commit', releasing: true }),
    seen.stopped,
    seen.running,
    'release-source',
  ],
]);
