import { EngineError } from '../errors.ts';
import { ENTRY_VERSION, type Entry } from '../journal/journal.ts';
import { holderShape } from '../journal/rows.ts';
import { isNumber, isObject, isOneOf, isText, isTextOrNull, misfit, type Shape } from '../journal/shape.ts';
import type { OfflinePhase, Phase, StepName } from '../model.ts';

/**
 * Throws an EngineError, `journal`, where a story can't be understood as it was meant: recovery decides by what is in
 * it, and must not take what it can't read for something that didn't happen.
 */
export function checkStory(operationId: string, entries: readonly Entry[]): void {
  for (const entry of entries) {
    const trouble = troubleWith(entry);
    if (trouble === null) continue;
    const what = `operation ${operationId}, entry ${entry.sequence} (${entry.kind} ${entry.step})`;
    throw new EngineError('journal', `${what}: ${trouble}; nothing was touched`);
  }
}

function troubleWith({ version, kind, step, data }: Entry): string | null {
  if (version > ENTRY_VERSION) return 'written by a newer Ferry; recover it with that one';
  if (kind !== 'note' && !Object.hasOwn(knownActs, step)) return 'a step that this Ferry does not know';
  const shape = kind === 'result' ? resultShape : shapes[`${kind} ${step}`];
  const damaged = Object.entries(shape ?? {}).find(([field, fits]) => !fits(data[field]));
  return damaged ? `the journal is damaged: its ${damaged[0]} is not as it was written` : null;
}

/** Every act that a move or its recovery announces. */
type ActName =
  | Exclude<Phase, 'inventory' | 'preflight' | 'verify' | OfflinePhase>
  | Exclude<StepName, 'wait' | 'follow' | 'hold' | 'done'>
  | 'limit-downtime'
  | 'hold-back'
  | 'start-post-copy'
  | 'create-volume'
  | 'send-image'
  | 'delete-stale-disk'
  | 'delete-source-disk'
  | 'define-destination'
  | 'create-pool';

const knownActs: Readonly<Record<ActName, true>> = {
  begin: true,
  prepare: true,
  perform: true,
  finish: true,
  commit: true,
  confirm: true,
  'limit-downtime': true,
  'hold-back': true,
  'restore-speed': true,
  'start-post-copy': true,
  'send-image': true,
  'delete-stale-disk': true,
  'delete-source-disk': true,
  'create-volume': true,
  'create-pool': true,
  'abort-job': true,
  'cancel-destination': true,
  'resume-source': true,
  'suspend-source': true,
  'destroy-source': true,
  'release-source': true,
  'resume-post-copy': true,
  'undefine-destination': true,
  'restore-definition': true,
  'undefine-source': true,
  'define-destination': true,
  'set-autostart': true,
  'remove-volume': true,
  'remove-pool': true,
  'restore-downtime': true,
};

const isFlag = (value: unknown) => value === undefined || typeof value === 'boolean';
const resultShape: Shape = { ok: (value) => typeof value === 'boolean', refused: isFlag };

/** What recovery reads of an entry, by kind and step. */
const shapes: Readonly<Record<string, Shape>> = {
  'note copied-disks': { paths: (value) => Array.isArray(value) && value.every(isText) },
  'note inventory': {
    wasPaused: (value) => typeof value === 'boolean',
    hosts: (value) => isObject(value) && isText(value.source) && isText(value.destination),
    definedThere: isTextOrNull,
  },
  'note connections': {
    holders: (value) => Array.isArray(value) && value.every((one) => misfit(one, holderShape) === null),
  },
  // Older Ferrys did not say who had it before.
  'note recover': { formerly: (value) => value === undefined || misfit(value, holderShape) === null },
  'note strategy': {
    limits: (value) => isObject(value) && isNumber(value.maxMs) && isNumber(value.firstMs),
    holdBack: (value) => isObject(value) && isText(value.kind),
  },
  'note choice': { choice: isOneOf('source', 'destination', 'accept') },
  'intent begin': { parameters: isParameters },
  'intent perform': { parameters: (value) => value === undefined || isParameters(value) },
  'intent limit-downtime': { fromMs: isNumber },
  'intent hold-back': {
    before: (value) => isObject(value) && isNumber(value.quotaUs) && isNumber(value.periodUs),
  },
  'intent create-volume': { created: isVolume },
  'intent remove-volume': { created: isVolume },
  'intent create-pool': { created: isPool },
  'intent remove-pool': { created: isPool },
};

function isParameters(value: unknown): boolean {
  if (!isObject(value) || !isNumber(value.sourceFlags) || !isNumber(value.destinationFlags)) return false;
  return Array.isArray(value.params) && value.params.every(isParam);
}

function isParam(value: unknown): boolean {
  if (!isObject(value) || !isText(value.field) || !isText(value.type) || !isText(value.value)) return false;
  if (value.type === 'string' || value.type === 'boolean') return true;
  return /^-?\d+(\.\d+)?$/.test(value.value);
}

function isVolume(value: unknown): boolean {
  return isObject(value) && value.kind === 'volume' && [value.pool, value.name, value.path].every(isText);
}

function isPool(value: unknown): boolean {
  return isObject(value) && value.kind === 'pool' && isText(value.name);
}
