import { away, off, pausedByUser, running, stands, unknown, waits } from './testing/sightings.ts';
import { type Row, testRows } from './testing/table.ts';
import { act, gaveBack, POOL, removed, told, waited } from './testing/told.ts';

const finishing = { commit: 'finish' } as const;
const p2p = { ...finishing, drive: 'p2p' } as const;
const sent = told(finishing, 'finish');
const refused = told(finishing, 'finish', 'refused');

const rows: readonly Row[] = [
  ['Finish refused, a copy waits', refused, stands, waits, 'cancel-destination'],
  ['Finish goes on', sent, stands, waits, 'wait'],
  ['Finish goes on', told(p2p, 'perform', 'lost'), stands, waits, 'wait'],
  ['Finish goes on', told(finishing, 'finish', 'none', waited), stands, waits, 'wait'],
  ['Finish never came', told(finishing, 'finish', 'none', waited), off('migrated'), waits, 'finish'],
  ['Finish sent, paused there', sent, stands, pausedByUser, 'release-source'],
  ['Finish sent, paused there', told(p2p, 'perform'), stands, pausedByUser, 'release-source'],
  ['Finish sent, paused there, the source runs', sent, running, pausedByUser, 'hold'],
  ['Finish failed there', sent, stands, off('failed'), 'resume-source'],
  ['Finish refused, gone there', refused, stands, off('destroyed'), 'resume-source'],
  ['Finish never stored it', sent, stands, unknown, 'resume-source'],
  ['Finish sent, the source runs', sent, running, off(), 'resume-source'],
  ['Finish sent, shut itself down there', sent, stands, off('shutdown'), 'release-source'],
  [
    'Finish sent, the source let it go',
    told({ ...p2p, sourceDefinition: 'keep' }, 'perform', 'lost'),
    off('migrated'),
    off('crashed'),
    'done: migrated',
  ],
  ['Finish sent, the source let it go', told(p2p, 'perform'), unknown, off(), 'done: migrated'],
  ['Finish sent, gone from both', told(p2p, 'perform', 'refused'), unknown, unknown, 'hold'],
  [
    'Finish sent, off on both',
    told({ ...finishing, definedThere: true }, 'finish', 'none', gaveBack, act('restore-definition')),
    off(),
    off('crashed'),
    'done: rolled back',
  ],
  [
    'Finish sent, off on both, with disks',
    told({ ...finishing, copyStorage: true }, 'finish', 'none', removed(POOL)),
    off(),
    off('crashed'),
    'hold',
  ],
  ['Finish sent, gone there', sent, stands, off('destroyed'), 'hold'],
  ['Finish sent, gone there', sent, away, off('crashed'), 'hold'],
  ['Finish sent, gone there', told({ ...finishing, persistent: false }, 'finish'), stands, unknown, 'hold'],
  ['Finish sent, the destination is away', sent, stands, away, 'hold until seen'],
];

testRows('Perhaps it ran', rows);
