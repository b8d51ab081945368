import { away, off, pausedByUser, running, sending, stands, unknown, waits } from './testing/sightings.ts';
import { type Row, testRows } from './testing/table.ts';
import { act, gaveBack, told } from './testing/told.ts';

const p2p = { drive: 'p2p' } as const;
const aborts = (count: number) => Array.from({ length: count }, () => act('abort-job'));
const standsWithJob = { ...stands, job: 'outgoing' } as const;
const finished = told({}, 'finish', 'ok');
const givingBack = act('resume-source', 'none');

const neverRan: readonly Row[] = [
  [
    'all is there, but the source was paused since',
    finished,
    pausedByUser,
    pausedByUser,
    'cancel-destination',
  ],
  ['the source still sends', told({}, 'perform'), sending, waits, 'abort-job'],
  ['the source still sends', told({}, 'perform', 'lost', ...aborts(4)), sending, away, 'abort-job'],
  ['a copy that is not ours', told({}, 'begin', 'ok'), running, waits, 'hold'],
  ['a copy that is not ours', told(p2p, 'nothing'), unknown, pausedByUser, 'hold'],
  ['all is there', finished, standsWithJob, pausedByUser, 'commit'],
  ['all is there', told({}, 'finish', 'lost'), stands, pausedByUser, 'commit'],
  ['all is there', told(p2p, 'perform', 'lost'), stands, pausedByUser, 'commit'],
  ['all is there, the source is away', finished, away, pausedByUser, 'commit'],
  ['all is there, the p2p source is away', told(p2p, 'perform'), away, pausedByUser, 'hold until seen'],
  [
    'all is there, paused by the user',
    told({ wasPaused: true }, 'finish'),
    pausedByUser,
    pausedByUser,
    'commit',
  ],
  [
    'all is there, but it was given back',
    told({}, 'finish', 'lost', givingBack),
    stands,
    pausedByUser,
    'cancel-destination',
  ],
  [
    'all is there, but it was given back',
    told({}, 'finish', 'lost', act('cancel-destination', 'lost')),
    stands,
    pausedByUser,
    'cancel-destination',
  ],
  ['a part is there', told({}, 'prepare', 'ok'), running, waits, 'cancel-destination'],
  ['a part is there', told({}, 'perform', 'lost', ...aborts(5)), sending, waits, 'cancel-destination'],
  ['a part is there', told({}, 'perform', 'ok'), stands, waits, 'cancel-destination'],
  ['a part is there', told({}, 'finish'), running, pausedByUser, 'cancel-destination'],
  ['a part is there, the source is away', told({}, 'perform', 'ok'), away, waits, 'hold until seen'],
  ['lost here, p2p still waits there', told(p2p, 'perform'), off('crashed'), waits, 'wait'],
  ['lost here, a part is there', told({}, 'perform', 'lost'), off('crashed'), waits, 'cancel-destination'],
  ['lost here, it had gone on', told({}, 'finish', 'lost', gaveBack), off('crashed'), pausedByUser, 'hold'],
  [
    'lost here, it shut down',
    told(p2p, 'perform', 'lost'),
    off('shutdown'),
    pausedByUser,
    'cancel-destination',
  ],
  [
    'lost here, perhaps it had gone on',
    told({}, 'finish', 'lost', givingBack),
    off('crashed'),
    pausedByUser,
    'hold',
  ],
  ['lost here by a p2p source', told(p2p, 'perform', 'lost'), off('crashed'), pausedByUser, 'hold'],
  ['lost here, all is there', finished, off('crashed'), pausedByUser, 'commit'],
  ['lost here, all is there', told(p2p, 'perform', 'ok'), off(), pausedByUser, 'commit'],
  ['lost here, all is there', told(p2p, 'perform'), unknown, pausedByUser, 'commit'],
  ['lost here, all was sent', told({}, 'perform', 'ok'), off('crashed'), waits, 'finish'],
  ['lost here, all was sent', told({}, 'finish', 'lost'), off('crashed'), waits, 'finish'],
  ['lost here, the destination is away', finished, off('crashed'), away, 'hold until seen'],
  ['the p2p source let it go', told(p2p, 'perform', 'lost'), unknown, off(), 'done: migrated'],
  ['gone from both', told(p2p, 'perform', 'lost'), unknown, unknown, 'hold'],
  ['the source is away', told({}, 'perform', 'ok'), away, unknown, 'hold until seen'],
  ['the source is away', finished, away, away, 'hold until seen'],
  ['off on both', told({}, 'perform', 'lost', gaveBack), off('crashed'), unknown, 'done: rolled back'],
  ['it stands here', told({}, 'perform', 'ok'), stands, unknown, 'resume-source'],
  [
    'it stands here',
    told({}, 'finish', 'lost', act('resume-source', 'lost')),
    stands,
    off(),
    'resume-source',
  ],
  ['it stands here, the destination is away', finished, stands, away, 'resume-source, decisive'],
  [
    'it stands here, as the user left it',
    told({ wasPaused: true }, 'perform', 'lost', gaveBack),
    stands,
    unknown,
    'done: rolled back',
  ],
  ['it runs here', told({}, 'perform', 'lost', gaveBack), running, unknown, 'done: rolled back'],
  ['it runs here', told(p2p, 'perform', 'refused'), running, unknown, 'done: rolled back'],
];

testRows('It never ran', neverRan);
