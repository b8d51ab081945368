import { off, type Row, seen, table, written } from './cases.ts';
import { ShutoffReason } from './sighting.ts';

const lost = off(ShutoffReason.crashed);
const sent = { reached: 'perform', request: { drive: 'p2p' } } as const;
const loose = { reached: 'perform', request: { drive: 'p2p', commit: 'finish' } } as const;
const spread = { method: 'post-copy', commit: 'finish' } as const;
const finished = { reached: 'finish', request: spread } as const;

const p2p: readonly Row[] = [
  ['p2p: the source goes on: followed', written(sent), seen.leaving, seen.incoming, 'follow'],
  [
    'p2p: asked to stop: aborted',
    written({ ...sent, abortRequested: true }),
    seen.leaving,
    seen.incoming,
    'abort-job',
  ],
  ['p2p: the source has let go: committed', written(sent), seen.absent, seen.paused, 'commit'],
  [
    'p2p: let go, and its definition kept: committed',
    written(sent),
    off(ShutoffReason.migrated),
    seen.paused,
    'commit',
  ],
  ['p2p: gone for another reason, it may have gone on: held', written(sent), lost, seen.paused, 'hold'],
  [
    'p2p: a transient domain that is gone: held',
    written({ ...sent, persistent: false }),
    seen.absent,
    seen.paused,
    'hold',
  ],
  [
    'p2p: the answer to Finish was lost, the source goes on',
    written(sent),
    seen.running,
    seen.paused,
    'cancel-destination',
  ],
  ['p2p: the source stands still: rolled forward', written(sent), seen.stopped, seen.paused, 'commit'],
  ['p2p: a source that is away may go on by itself: held', written(sent), seen.away, seen.paused, 'hold'],
  ['p2p: the destination is away: held', written(sent), seen.absent, seen.away, 'hold'],
  ['p2p: the last definition is not removed', written(sent), seen.absent, lost, 'done'],
  ['p2p: what waits there settles by itself', written(sent), lost, seen.incoming, 'wait'],
  ['p2p, not strict: runs there', written(loose), seen.stopped, seen.running, 'release-source'],
  ['p2p, not strict: the source runs, nothing there', written(loose), seen.running, seen.absent, 'done'],
  ['p2p, not strict, row 19: both run', written(loose), seen.running, seen.running, 'suspend-source'],
  ['p2p, not strict, row A2', written(loose), seen.stopped, seen.absent, 'hold'],
];
const postCopy: readonly Row[] = [
  [
    'post-copy 1: Finish was not sent, and the destination waits',
    written({ ...sent, request: spread, answers: { perform: 'ok' } }),
    seen.postCopyHere,
    seen.incoming,
    'finish',
  ],
  [
    'post-copy 1: the destination is gone before it ran',
    written({ reached: 'perform', request: spread }),
    seen.cutHere,
    seen.absent,
    'hold',
  ],
  ['post-copy 2: fetching: waited for', written(finished), seen.postCopyHere, seen.postCopyThere, 'wait'],
  [
    'post-copy 2: all is there: the source lets go',
    written(finished),
    seen.postCopyHere,
    seen.running,
    'release-source',
  ],
  [
    'post-copy 3: cut on both sides: taken up again',
    written(finished),
    seen.cutHere,
    seen.cutThere,
    'resume-post-copy',
  ],
  ['post-copy 3: one side has not noticed yet', written(finished), seen.postCopyHere, seen.cutThere, 'wait'],
  ['post-copy 4: the source is gone with what is missing', written(finished), lost, seen.cutThere, 'hold'],
  ['post-copy 4: gone, and not noticed there yet', written(finished), lost, seen.postCopyThere, 'wait'],
  ['post-copy: one half is away', written(finished), seen.away, seen.cutThere, 'hold'],
  ['post-copy: the destination is gone after it ran', written(finished), seen.cutHere, seen.absent, 'hold'],
];

table('the source drives by itself', p2p);
table('the guest is spread over both hosts', postCopy);

const choose = (choice: 'source' | 'destination' | 'accept') => written({ ...loose, choice });
table('the operator chose', [
  ['source: what is there goes first', choose('source'), seen.stopped, seen.incoming, 'cancel-destination'],
  ['source: not while the destination is unseen', choose('source'), seen.stopped, seen.away, 'hold'],
  ['source: then it goes on', choose('source'), seen.stopped, seen.absent, 'resume-source'],
  ['source: half of a guest is ended', choose('source'), seen.cutHere, seen.absent, 'destroy-source'],
  ['destination: the source lets go', choose('destination'), seen.stopped, seen.running, 'release-source'],
  [
    'destination: a source that runs is stopped first',
    choose('destination'),
    seen.running,
    seen.paused,
    'suspend-source',
  ],
  ['destination: not while the source is unseen', choose('destination'), seen.away, seen.paused, 'hold'],
  ['destination: started when the source is gone', choose('destination'), lost, seen.paused, 'commit'],
  ['accept: closed as it stands', choose('accept'), seen.stopped, seen.absent, 'done'],
]);
