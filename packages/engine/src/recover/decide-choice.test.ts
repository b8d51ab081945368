import {
  away,
  destinationHalf,
  off,
  pausedByUser,
  running,
  sourceHalf,
  stands,
  unknown,
  waits,
} from './testing/sightings.ts';
import { type Row, testRows } from './testing/table.ts';
import { chose, gaveBack, told } from './testing/told.ts';

const accept = told({}, 'finish', 'lost', chose('accept'));
const source = told({}, 'finish', 'lost', gaveBack, chose('source'));
const destination = told({}, 'finish', 'lost', chose('destination'));
const paused = { wasPaused: true } as const;

const rows: readonly Row[] = [
  ['accept, it runs there', accept, running, running, 'done: migrated'],
  ['accept, it does not run there', accept, away, stands, 'done: rolled back'],
  ['source, the destination is away', source, running, away, 'hold until seen'],
  ['source, a copy there', source, stands, running, 'cancel-destination'],
  ['source, a copy there', source, unknown, waits, 'cancel-destination'],
  ['source, a copy there', source, sourceHalf.broken, destinationHalf.broken, 'cancel-destination'],
  ['source, half of a guest', source, sourceHalf.broken, off('destroyed'), 'destroy-source'],
  ['source, paused', source, stands, unknown, 'resume-source'],
  ['source, paused', source, pausedByUser, unknown, 'resume-source'],
  [
    'source, paused by the user',
    told(paused, 'perform', 'lost', gaveBack, chose('source')),
    pausedByUser,
    unknown,
    'done: rolled back',
  ],
  ['source, settled', source, running, unknown, 'done: rolled back'],
  ['source, settled', source, unknown, unknown, 'done: rolled back'],
  ['destination, the source is away', destination, away, running, 'hold until seen'],
  ['destination, the source runs', destination, running, pausedByUser, 'suspend-source'],
  ['destination, a copy here', destination, pausedByUser, pausedByUser, 'release-source'],
  ['destination, a copy here', destination, sourceHalf.broken, destinationHalf.broken, 'release-source'],
  ['destination, paused there', destination, unknown, pausedByUser, 'commit'],
  ['destination, settled', destination, unknown, running, 'done: migrated'],
  [
    'destination, settled',
    told(paused, 'commit', 'ok', chose('destination')),
    unknown,
    pausedByUser,
    'done: migrated',
  ],
];

testRows('A choice', rows);
