import { procedures } from '@virt-ferry/libvirt/testing';
import type { CrashPoint } from './ferry/crash-point.ts';
import type { Way } from './way.ts';

/** Where in a move something goes wrong. */
export interface Point {
  /** For people and the matrix. */
  readonly name: string;
  /** Where Ferry is stopped meanwhile; `null` while memory is copied, which goes on. */
  readonly at: CrashPoint | null;
  /** How often it passes there before. */
  readonly passes: number;
  /** The call that comes next, if one does, and which side it goes to. */
  readonly next: Call | null;
  /** The message between client and libvirt that is kept meanwhile: a place that any client comes to. */
  readonly message: (Call & { readonly at: 'call' | 'reply' }) | null;
}

/** A call of libvirt. */
export interface Call {
  readonly side: 'source' | 'destination';
  readonly number: number;
}

const number = (name: keyof typeof procedures) => procedures[name].number;
const calls: Readonly<Record<string, Call>> = {
  begin: { side: 'source', number: number('domainMigrateBegin3Params') },
  prepare: { side: 'destination', number: number('domainMigratePrepare3Params') },
  perform: { side: 'source', number: number('domainMigratePerform3Params') },
  'start-post-copy': { side: 'source', number: number('domainMigrateStartPostCopy') },
  finish: { side: 'destination', number: number('domainMigrateFinish3Params') },
  commit: { side: 'destination', number: number('domainResume') },
  confirm: { side: 'source', number: number('domainMigrateConfirm3Params') },
  'create-volume': { side: 'destination', number: number('storageVolCreateXml') },
  'create-pool': { side: 'destination', number: number('storagePoolCreateXml') },
};

/** The acts of a move, in their order, but that a direct one limits the downtime only before it performs. */
function actsOf({ drive, method, commit, disk }: Way): string[] {
  const copied = disk === 'local' ? ['create-pool', 'create-volume'] : [];
  const postCopy = method === 'post-copy' ? ['start-post-copy'] : [];
  const committed = commit === 'strict' ? ['commit'] : [];
  const phases =
    drive === 'direct'
      ? ['begin', 'prepare', 'perform', ...postCopy, 'finish', ...committed, 'confirm']
      : ['perform', ...postCopy, ...committed];
  return ['limit-downtime', ...copied, ...phases, ...(disk === 'local' ? ['remove-pool'] : [])];
}

const whileCopying: Point = {
  name: 'while memory is copied',
  at: null,
  passes: 0,
  next: null,
  message: null,
};

/** Places that libvirt's own client comes to as well: each call of a phase on its way, and each answer. */
export function messagePointsOf({ drive }: Way): Point[] {
  const phases = drive === 'p2p' ? ['perform'] : ['begin', 'prepare', 'perform', 'finish', 'confirm'];
  const messages = phases.flatMap((phase) => {
    const call = calls[phase];
    if (call === undefined) return [];
    const at = (kind: 'call' | 'reply') => ({ ...whileCopying, message: { ...call, at: kind } });
    return [
      { ...at('call'), name: `${phase} is on its way` },
      { ...at('reply'), name: `the answer to ${phase} is on its way` },
    ];
  });
  return [...messages, whileCopying];
}

/** All places in a move at which its journal is written, and the copying itself. */
export function pointsOf(way: Way): Point[] {
  const point = (name: string, at: CrashPoint | null, rest: Partial<Point> = {}): Point => ({
    name,
    at,
    passes: 0,
    next: null,
    message: null,
    ...rest,
  });
  const acts = actsOf(way).flatMap((act) => {
    // libvirt refuses the first try where it doesn't know the disks as shared.
    const first = act === (way.drive === 'direct' ? 'begin' : 'perform');
    const passes = first && way.disk === 'shared' ? 1 : 0;
    return [
      point(`before ${act} is written`, `before intent:${act}`, { passes }),
      point(`before ${act}`, `after intent:${act}`, { passes, next: calls[act] ?? null }),
      point(`after ${act}`, `before result:${act}`, { passes }),
      point(`after ${act} is written`, `after result:${act}`, { passes }),
    ];
  });
  return [
    point('before the look at both hosts is written', 'before note:inventory'),
    point('after the checks are written', 'after note:preflight'),
    ...acts,
    whileCopying,
    point('before the end is written', 'before note:end'),
    point('after the end is written', 'after note:end'),
  ];
}
