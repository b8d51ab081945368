import { off, seen, table, written } from './cases.ts';
import { ShutoffReason } from './sighting.ts';

const lost = off(ShutoffReason.crashed);
const finish = { commit: 'finish' } as const;
const told = { gaveBack: true, givingBack: true } as const;

table('with strict commit Finish leaves it paused', [
  [
    'row 11: whole there: rolled forward',
    written({ reached: 'finish' }),
    seen.stopped,
    seen.paused,
    'commit',
  ],
  [
    'row 11: the source is away, and stands still: rolled forward',
    written({ reached: 'finish' }),
    seen.away,
    seen.paused,
    'commit',
  ],
  [
    'row 11: the source was told to go on: never rolled forward',
    written({ reached: 'finish', ...told }),
    seen.away,
    seen.paused,
    'hold',
  ],
  [
    'row 11: that copy may yet be ended: never rolled forward',
    written({ reached: 'finish', cancelling: true }),
    seen.stopped,
    seen.paused,
    'cancel-destination',
  ],
  [
    'row 11: the source lost it: the only copy is started',
    written({ reached: 'finish' }),
    lost,
    seen.paused,
    'commit',
  ],
  [
    'row 11: it went on at the source and shut down there',
    written({ reached: 'finish' }),
    off(ShutoffReason.shutdown),
    seen.paused,
    'cancel-destination',
  ],
  [
    'row 11: the source was told to go on and is gone: held',
    written({ reached: 'finish', ...told }),
    lost,
    seen.paused,
    'hold',
  ],
  [
    'row 12: nothing there: the source goes on',
    written({ reached: 'finish' }),
    seen.stopped,
    seen.absent,
    'resume-source',
  ],
  [
    'row 12: the destination is away: the source goes on',
    written({ reached: 'finish' }),
    seen.stopped,
    seen.away,
    'resume-source',
  ],
  [
    'row 12: the source lost it and the destination is away',
    written({ reached: 'finish' }),
    lost,
    seen.away,
    'hold',
  ],
  [
    'row 12: the destination is back, and the source runs',
    written({ reached: 'finish', ...told }),
    seen.running,
    seen.paused,
    'cancel-destination',
  ],
]);

table('whatever was written', [
  [
    'row 17: told to go on, and stands still',
    written({ reached: 'finish', ...told }),
    seen.stopped,
    seen.absent,
    'resume-source',
  ],
  [
    'row 19: both run: the source is stopped at once',
    written({ reached: 'finish', request: finish }),
    seen.running,
    seen.running,
    'suspend-source',
  ],
  [
    'row 19: then held',
    written({ reached: 'finish', request: finish, suspended: true }),
    seen.paused,
    seen.running,
    'hold',
  ],
  [
    'row 19: committed: then the source lets go',
    written({ reached: 'commit', suspended: true }),
    seen.paused,
    seen.running,
    'release-source',
  ],
  [
    'row 20: paused by the user: given back, not resumed',
    written({ reached: 'finish', wasPaused: true, ...told }),
    seen.paused,
    seen.absent,
    'done',
  ],
  [
    'row 20: rolled forward, and left paused',
    written({ reached: 'finish', wasPaused: true }),
    seen.paused,
    seen.paused,
    'commit',
  ],
]);
