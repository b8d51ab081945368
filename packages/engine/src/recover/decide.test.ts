import { describe, expect, test } from 'vitest';
import { off, seen, written } from './cases.ts';
import { decide } from './decide.ts';
import type { MoveRecord } from './record.ts';
import { ShutoffReason, type Sighting } from './sighting.ts';
import type { Step } from './step.ts';

type Row = readonly [name: string, record: MoveRecord, source: Sighting, destination: Sighting, Step['name']];

const lost = off(ShutoffReason.crashed);
const finish = { commit: 'finish' } as const;
const told = { gaveBack: true, givingBack: true } as const;
const sent = { reached: 'perform', answers: { perform: 'ok' } } as const;
const volume = { kind: 'volume', pool: 'p', name: 'web-3.qcow2', path: '/disks/web-3.qcow2' } as const;

function table(name: string, rows: readonly Row[]) {
  describe(name, () => {
    test.each(rows)('%s', (_name, record, source, destination, expected) => {
      expect(decide(record, source, destination).name).toBe(expected);
    });
  });
}

table('until Finish is sent the source owns the guest', [
  [
    'row 1: begun: the source is told that it is over',
    written({ reached: 'begin' }),
    seen.leaving,
    seen.absent,
    'resume-source',
  ],
  ['row 1: begun, and told: done', written({ reached: 'begin', ...told }), seen.running, seen.absent, 'done'],
  [
    'row 2: what waits there goes first',
    written({ reached: 'prepare' }),
    seen.leaving,
    seen.incoming,
    'cancel-destination',
  ],
  [
    'row 2: then what the move made',
    written({ reached: 'prepare', ...told, created: [volume] }),
    seen.running,
    seen.absent,
    'remove-volume',
  ],
  [
    'row 2: not made by this move: not touched',
    written({ reached: 'begin' }),
    seen.running,
    seen.incoming,
    'hold',
  ],
  [
    'row 3: still sending: aborted',
    written({ reached: 'perform' }),
    seen.leaving,
    seen.incoming,
    'abort-job',
  ],
  [
    'row 3: a job that no abort ends was never sending',
    written({ reached: 'perform', jobAborts: 5 }),
    seen.leaving,
    seen.incoming,
    'cancel-destination',
  ],
  [
    'row 4: no job: what waits there goes',
    written({ reached: 'perform' }),
    seen.running,
    seen.incoming,
    'cancel-destination',
  ],
  ['row 5: stands still, nothing there: goes on', written(sent), seen.stopped, seen.absent, 'resume-source'],
  [
    'row 5: stands still: the copy there goes first',
    written(sent),
    seen.stoppedInJob,
    seen.incoming,
    'cancel-destination',
  ],
  [
    'row 6: the destination is away: the source goes on',
    written(sent),
    seen.stopped,
    seen.away,
    'resume-source',
  ],
  [
    'row 7: the source lost it before all was there',
    written({ reached: 'perform' }),
    lost,
    seen.incoming,
    'cancel-destination',
  ],
  ['row 7: the source lost it after all was there', written(sent), lost, seen.incoming, 'finish'],
  ['row 8: runs there although never told to', written(sent), seen.stopped, seen.running, 'hold'],
]);

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
    'row A2: gone without a trace: held',
    written({ reached: 'finish', request: finish }),
    seen.stopped,
    seen.absent,
    'hold',
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
