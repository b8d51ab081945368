import { away, off, running, unknown } from './testing/sightings.ts';
import { type Row, testRows } from './testing/table.ts';
import { act, gaveBack, POOL, removed, told, VOLUME } from './testing/told.ts';

const p2p = { drive: 'p2p' } as const;
const disk = { copyStorage: true } as const;
const limited = act('limit-downtime', 'ok', { fromMs: 300 });
const held = act('hold-back', 'ok', { before: { quotaUs: -1, periodUs: 100_000 } });
const before = { definedThere: true } as const;
const rows: readonly Row[] = [
  [
    'back, a definition there is not of the move',
    told({}, 'prepare', 'ok', gaveBack),
    running,
    off(),
    'done: rolled back',
  ],
  [
    'back, a definition there is not of the move',
    told({ persistent: false }, 'finish', 'lost', gaveBack),
    running,
    off(),
    'done: rolled back',
  ],
  ['back, the source is not told', told({}, 'begin'), running, unknown, 'resume-source'],
  [
    'back, the source is not told, the destination is away',
    told({}, 'prepare'),
    running,
    away,
    'resume-source, decisive',
  ],
  [
    'back, a definition is stored there',
    told({}, 'finish', 'lost', gaveBack),
    running,
    off('failed'),
    'undefine-destination',
  ],
  [
    'back, a definition is stored there',
    told(p2p, 'perform', 'lost'),
    running,
    off('failed'),
    'undefine-destination',
  ],
  [
    'back, a definition was there before',
    told(before, 'finish', 'lost', gaveBack),
    running,
    off('failed'),
    'restore-definition',
  ],
  [
    'back, a volume is left',
    told(disk, 'prepare', 'ok', gaveBack, removed(POOL)),
    running,
    unknown,
    'remove-volume',
  ],
  ['back, a pool is left', told(disk, 'prepare', 'ok', gaveBack), running, unknown, 'remove-pool'],
  [
    'back, a pool is left',
    told(disk, 'prepare', 'ok', gaveBack, removed(VOLUME)),
    running,
    unknown,
    'remove-pool',
  ],
  [
    'back, the downtime limit is changed',
    told({}, 'perform', 'lost', limited, gaveBack),
    running,
    unknown,
    'restore-downtime',
  ],
  [
    'back, the guest was held back',
    told({}, 'perform', 'lost', held, gaveBack),
    running,
    unknown,
    'restore-speed',
  ],
  [
    'back, the destination is away',
    told({}, 'prepare', 'ok', gaveBack),
    running,
    away,
    'done: rolled back, with a debt',
  ],
  [
    'back, the destination is away',
    told({ ...disk, ...p2p }, 'nothing'),
    running,
    away,
    'done: rolled back, with a debt',
  ],
  ['back, nothing is left', told({}, 'begin', 'ok', gaveBack), running, away, 'done: rolled back'],
  [
    'back, nothing is left',
    told(before, 'finish', 'lost', gaveBack, act('restore-definition')),
    running,
    off(),
    'done: rolled back',
  ],
];

testRows('Rolled back', rows);
