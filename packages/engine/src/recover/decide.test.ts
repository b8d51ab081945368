import { off, seen, table, written } from './cases.ts';
import { ShutoffReason } from './sighting.ts';

const lost = off(ShutoffReason.crashed);
const told = { gaveBack: true, givingBack: true } as const;
const sent = { reached: 'perform', answers: { perform: 'ok' } } as const;
const volume = { kind: 'volume', pool: 'p', name: 'web-3.qcow2', path: '/disks/web-3.qcow2' } as const;

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
