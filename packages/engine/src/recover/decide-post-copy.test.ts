import {
  away,
  destinationHalf,
  off,
  pausedByUser,
  running,
  sourceHalf,
  unknown,
  waits,
} from './testing/sightings.ts';
import { type Row, testRows } from './testing/table.ts';
import { act, told, waited } from './testing/told.ts';

const postCopy = { method: 'post-copy', commit: 'finish' } as const;
const p2p = { ...postCopy, drive: 'p2p' } as const;
const performed = told(postCopy, 'perform', 'ok');
const finishing = told(postCopy, 'finish');

const rows: readonly Row[] = [
  ['whole there', finishing, sourceHalf.broken, running, 'release-source'],
  ['whole there', told(p2p, 'perform', 'lost'), sourceHalf.fetching, running, 'release-source'],
  ['whole there, the source is away', finishing, away, running, 'done: migrated, with a debt'],
  ['spread, a host is away', finishing, away, destinationHalf.fetching, 'hold until seen'],
  ['spread, a host is away', performed, sourceHalf.fetching, away, 'hold until seen'],
  ['handed over, Finish is there', finishing, sourceHalf.fetching, waits, 'wait'],
  ['handed over, Finish is there', told(p2p, 'perform'), sourceHalf.fetching, waits, 'wait'],
  [
    'handed over, Finish was swallowed',
    told(postCopy, 'finish', 'none', waited),
    sourceHalf.broken,
    waits,
    'finish',
  ],
  [
    'handed over, Finish is never answered',
    told(postCopy, 'finish', 'none', ...Array(5).fill(act('finish', 'lost')), waited),
    sourceHalf.fetching,
    waits,
    'hold until seen',
  ],
  ['handed over, Finish never sent', performed, sourceHalf.fetching, waits, 'finish'],
  ['the rest is fetched', finishing, sourceHalf.fetching, destinationHalf.fetching, 'wait'],
  ['one side has noticed', finishing, sourceHalf.fetching, destinationHalf.broken, 'wait'],
  ['one side has noticed', finishing, sourceHalf.broken, destinationHalf.fetching, 'wait'],
  ['the link broke', finishing, sourceHalf.broken, destinationHalf.broken, 'resume-post-copy'],
  ['the source is gone while it fetches', finishing, off('crashed'), destinationHalf.fetching, 'wait'],
  ['the source is gone, memory is missing', finishing, unknown, destinationHalf.broken, 'hold'],
  ['spread, paused there', finishing, sourceHalf.fetching, pausedByUser, 'hold'],
  ['it ran there and is gone', finishing, sourceHalf.broken, off('crashed'), 'hold'],
  ['whole here after all', told(p2p, 'perform', 'lost'), sourceHalf.whole, unknown, 'done: rolled back'],
  ['gone before it ran there', performed, sourceHalf.fetching, unknown, 'hold'],
];

testRows('Post-copy', rows);
