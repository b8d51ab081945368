import { entry } from '../recover/model/entries.ts';
import { type MoveRecord, recordOf } from '../recover/record.ts';
import { away, off, running, unknown } from '../recover/testing/sightings.ts';
import { type Row, testRows } from '../recover/testing/table.ts';
import { act, chose, removed, VOLUME } from '../recover/testing/told.ts';
import { moveRequest } from '../testing/move-request.ts';

interface Facts {
  readonly keeps?: boolean;
  readonly definedThere?: boolean;
  readonly autostart?: boolean;
}

/** What the journal says of a shut-off domain whose disk was sent, and of what was done since. */
function told(facts: Facts, ...since: readonly ReturnType<typeof act>[]): MoveRecord {
  const { keeps = false, definedThere = false, autostart = false } = facts;
  const before = definedThere ? '<domain/>' : null;
  const entries = [
    entry('note', 'inventory', { wasPaused: false, persistent: true, definedThere: before, autostart }),
    ...act('create-volume', 'ok', { created: VOLUME }),
    ...act('send-image'),
    ...since.flat(),
  ];
  return recordOf(
    moveRequest({ offline: true, sourceDefinition: keeps ? 'keep' : 'remove' }),
    entries,
    false,
  );
}

const define = (answer: Parameters<typeof act>[1] = 'ok') => act('define-destination', answer);
const undefine = (answer: Parameters<typeof act>[1] = 'ok') => act('undefine-source', answer);
const both = [define(), undefine()] as const;

testRows('A domain that is moved shut off', [
  ['not defined there, a disk was sent', told({}), off(), unknown, 'remove-volume'],
  ['not defined there, a disk was sent', told({}), running, unknown, 'remove-volume'],
  ['not defined there, a disk was sent', told({}, define('refused')), off(), unknown, 'remove-volume'],
  ['not defined there, a disk was sent', told({}, define('refused')), off(), off(), 'remove-volume'],
  ['not defined there, a disk was sent', told({}), away, unknown, 'remove-volume'],
  ['not defined there, nothing is left', told({}, removed(VOLUME)), off(), unknown, 'done: rolled back'],
  ['not defined there, it is away', told({}), off(), away, 'done: rolled back, with a debt'],
  ['not defined there, and it runs there', told({}), off(), running, 'hold'],
  ['not defined there, the source has it no more', told({}), unknown, unknown, 'hold'],
  ['not defined there, the source has it no more', told({}), unknown, off(), 'hold'],
  ['defined there, a host is away', told({}, define('lost')), away, off(), 'hold until seen'],
  ['defined there, a host is away', told({}, ...both), off(), away, 'hold until seen'],
  [
    'defined there, the source is not to let go yet',
    told({}, define()),
    off(),
    off(),
    'undefine-destination',
  ],
  [
    'defined there, the source is not to let go yet',
    told({}, define('lost')),
    off(),
    off(),
    'undefine-destination',
  ],
  [
    'defined there, the source will not let go',
    told({}, define(), undefine('refused')),
    off(),
    off(),
    'undefine-destination',
  ],
  [
    'defined there, one was there before',
    told({ definedThere: true }, define()),
    off(),
    off(),
    'restore-definition',
  ],
  [
    'defined there, one was there before and is again',
    told({ definedThere: true }, define(), act('restore-definition')),
    off(),
    off(),
    'remove-volume',
  ],
  [
    'taken back, its disk is left',
    told({}, define(), act('undefine-destination')),
    off(),
    unknown,
    'remove-volume',
  ],
  [
    'taken back, started there',
    told({}, define(), act('undefine-destination', 'lost')),
    off(),
    running,
    'hold',
  ],
  ['started on the source', told({}, define()), running, off(), 'undefine-destination'],
  ['started on the source', told({}, ...both), running, off(), 'undefine-destination'],
  [
    'started on the source while its definition went',
    told({}, ...both),
    { ...running, persistent: false } as typeof running,
    off(),
    'hold',
  ],
  ['active on both', told({}, ...both), running, running, 'hold'],
  ['the source lets go', told({}, define(), undefine('none')), off(), off(), 'undefine-source'],
  ['the source lets go', told({}, define(), undefine('lost')), off(), off(), 'undefine-source'],
  ['the source lets go', told({}, define()), off(), running, 'undefine-source'],
  ['gone from the source, autostart', told({ autostart: true }, ...both), unknown, off(), 'set-autostart'],
  [
    'gone from the source',
    told({ autostart: true }, ...both, act('set-autostart')),
    unknown,
    off(),
    'done: migrated',
  ],
  [
    'gone from the source',
    told({ autostart: true }, ...both, act('set-autostart', 'refused')),
    unknown,
    off(),
    'done: migrated',
  ],
  ['gone from the source', told({}, define(), undefine('none')), unknown, running, 'done: migrated'],
  ['both are to keep it', told({ keeps: true }, define()), off(), off(), 'done: migrated'],
  ['gone from both', told({}, ...both), unknown, unknown, 'hold'],
  [
    'closed by the operator, only there',
    told({}, ...both, chose('accept')),
    unknown,
    off(),
    'done: migrated',
  ],
  ['closed by the operator, else', told({}, define(), chose('accept')), off(), off(), 'done: rolled back'],
  ['another choice', told({}, ...both, chose('source')), running, running, 'hold'],
] satisfies readonly Row[]);
