import { away, off, pausedByUser, running, sending, stands, unknown, waits } from './testing/sightings.ts';
import { type Row, testRows } from './testing/table.ts';
import { act, POOL, removed, told } from './testing/told.ts';

const finishing = { commit: 'finish' } as const;
const p2p = { drive: 'p2p' } as const;

const firstOfAll: readonly Row[] = [
  ['both run', told({}, 'begin'), running, running, 'suspend-source'],
  ['both run', told({}, 'commit', 'ok'), running, running, 'suspend-source'],
  ['p2p goes on', told(p2p, 'perform'), sending, waits, 'follow'],
  ['p2p goes on', told(p2p, 'perform'), sending, away, 'follow'],
  ['p2p is to stop', told({ ...p2p, abortRequested: true }, 'perform'), sending, waits, 'abort-job'],
];

const suspended = act('suspend-source');
const runsThere: readonly Row[] = [
  [
    'both ran until the source was stopped',
    told({}, 'finish', 'lost', suspended),
    pausedByUser,
    running,
    'hold',
  ],
  ['both ran until the source was stopped', told({}, 'finish', 'ok', suspended), away, running, 'hold'],
  [
    'both ran, but it was given away',
    told({}, 'commit', 'ok', suspended),
    pausedByUser,
    running,
    'release-source',
  ],
  [
    'both ran, but it was given away',
    told(finishing, 'finish', 'ok', suspended),
    stands,
    running,
    'release-source',
  ],
  ['it runs there', told({}, 'finish', 'lost'), stands, running, 'release-source'],
  ['it runs there', told(finishing, 'finish'), stands, running, 'release-source'],
  ['it runs there', told(p2p, 'perform', 'lost'), stands, running, 'release-source'],
  ['it runs there unasked', told({}, 'perform', 'ok'), stands, running, 'hold'],
  ['it runs there unasked', told(p2p, 'nothing'), away, running, 'hold'],
  ['moved, a definition is left', told({}, 'commit', 'ok'), off('migrated'), running, 'undefine-source'],
  [
    'moved, a definition is left',
    told({}, 'commit', 'ok'),
    off('migrated'),
    off('crashed'),
    'undefine-source',
  ],
  [
    'moved, the definition is kept',
    told({ sourceDefinition: 'keep' }, 'commit', 'ok'),
    off('migrated'),
    running,
    'done: migrated',
  ],
  [
    'moved, but the last definition is here',
    told({}, 'commit', 'ok'),
    off('migrated'),
    unknown,
    'done: migrated',
  ],
  ['moved, a pool is left', told({ copyStorage: true }, 'commit', 'ok'), unknown, running, 'remove-pool'],
  ['moved, the source is away', told({}, 'commit', 'ok'), away, running, 'done: migrated, with a debt'],
  [
    'moved, nothing is left',
    told({ copyStorage: true }, 'commit', 'ok', removed(POOL)),
    unknown,
    running,
    'done: migrated',
  ],
];

const unheard = told({}, 'commit');
const started = told({}, 'commit', 'ok');
const neverToRun = told({ wasPaused: true }, 'commit');
const finished = told(finishing, 'finish', 'ok');
const performed = told({ ...p2p, ...finishing }, 'perform', 'ok');
const committed: readonly Row[] = [
  ['commit unheard of, paused there', unheard, stands, pausedByUser, 'commit'],
  ['commit unheard of, paused there', told({}, 'commit', 'lost'), away, pausedByUser, 'commit'],
  ['commit unheard of, the source runs', unheard, running, pausedByUser, 'hold'],
  ['committed, paused there since', started, stands, pausedByUser, 'release-source'],
  ['committed, paused there since', neverToRun, pausedByUser, pausedByUser, 'release-source'],
  ['committed, paused there since', finished, stands, pausedByUser, 'release-source'],
  ['committed, paused there since', performed, stands, pausedByUser, 'release-source'],
  ['committed, paused there, the source runs', started, running, pausedByUser, 'hold'],
  ['committed, shut itself down there', started, stands, off('shutdown'), 'release-source'],
  ['committed, off on both', started, unknown, off('crashed'), 'done: migrated'],
  ['committed, gone there', started, stands, off('destroyed'), 'hold'],
  ['committed, gone there', unheard, away, unknown, 'hold'],
  ['commit unheard of, the destination is away', unheard, stands, away, 'hold until seen'],
  [
    'commit unheard of, the destination is away',
    told({}, 'commit', 'refused'),
    unknown,
    away,
    'hold until seen',
  ],
  ['committed, the destination is away', started, unknown, away, 'done: migrated'],
  ['committed, the destination is away', neverToRun, unknown, away, 'done: migrated'],
  ['committed, away there, a copy here', started, stands, away, 'hold until seen'],
  ['committed, away there, a copy here', finished, away, away, 'hold until seen'],
  ['committed, it still waits there', started, stands, waits, 'hold'],
];

testRows('First of all', firstOfAll);
testRows('The destination runs it', runsThere);
testRows('Committed', committed);
