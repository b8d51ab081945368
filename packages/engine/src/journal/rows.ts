import { EngineError } from '../errors.ts';
import type { Forecast, Measured, MoveRequest, Outcome, Progress, Trace } from '../model.ts';
import type { Entry, Holder, Holding, Operation } from './journal.ts';
import { isNumber, isNumberOrNull, isObject, isOneOf, isText, misfit, type Shape } from './shape.ts';
import type { SqlRow } from './sql.ts';

/** Throws an EngineError, `journal`, that names the operation, where a row is not what was once written. */
export function operationOf(row: SqlRow): Operation {
  const id = String(row.id);
  if (row.kind !== 'migrate') {
    throw damage(id, `it is of kind ${JSON.stringify(row.kind)}, which this Ferry does not know`);
  }
  // Those that ended may be of an older Ferry, which asked for less.
  const asked = row.ended_at_ms === null ? openRequest : {};
  return {
    id,
    kind: 'migrate',
    domain: { name: String(row.domain_name), uuid: String(row.domain_uuid) },
    source: String(row.source),
    destination: String(row.destination),
    request: read<MoveRequest>(row.request_json, asked, id, 'request'),
    startedAtMs: Number(row.started_at_ms),
    endedAtMs: row.ended_at_ms === null ? null : Number(row.ended_at_ms),
    outcome: row.outcome_json === null ? null : read<Outcome>(row.outcome_json, outcomeShape, id, 'outcome'),
    abortRequested: row.abort_requested !== 0,
    holding: holdingOf(row, id, Number(row.token)),
  };
}

/** Who holds what a row is of; `null` where nobody does. */
export function holdingOf(row: SqlRow, id: string, token: number): Holding | null {
  if (row.holder_json === null) return null;
  const holder = read<Holder>(row.holder_json, holderShape, id, 'holder');
  return { token, holder, untilMs: Number(row.lease_until_ms) };
}

export function entryOf(row: SqlRow): Entry {
  const { kind } = row;
  const operationId = String(row.operation_id);
  const place = `entry ${String(row.sequence)}`;
  if (kind !== 'intent' && kind !== 'result' && kind !== 'note') {
    throw damage(operationId, `${place} is of kind ${JSON.stringify(kind)}, which this Ferry does not know`);
  }
  return {
    operationId,
    sequence: Number(row.sequence),
    version: Number(row.version),
    atMs: Number(row.at_ms),
    kind,
    step: String(row.step),
    data: read<Entry['data']>(row.data_json, {}, operationId, place),
  };
}

/** What can't be read is as good as none: it may be lost in a crash anyway. */
export function progressOf(row: SqlRow): Progress | null {
  try {
    return read<Progress>(row.progress_json, progressShape, '', 'progress');
  } catch {
    return null;
  }
}

/** What can't be read is as good as none, as with {@link progressOf}. */
export function measuredOf(row: SqlRow): Measured[] {
  try {
    const { id, outcome, endedAtMs } = operationOf(row);
    if (outcome === null || endedAtMs === null) return [];
    const part = <T>(text: SqlRow[string] | undefined, shape: Shape, what: string) =>
      text === null ? null : read<T>(text, shape, id, what);
    return [
      {
        ...{ operationId: id, atMs: endedAtMs, outcome },
        forecast: part<Forecast>(row.forecast_json, forecastShape, 'forecast'),
        trace: part<Trace>(row.trace_json, traceShape, 'trace'),
      },
    ];
  } catch {
    return [];
  }
}

export const isHost = (value: unknown) =>
  isObject(value) &&
  isText(value.name) &&
  isText(value.uri) &&
  [value.migrationAddress, value.peerUri].every((address) => address === undefined || isText(address));

const openRequest: Shape = {
  domain: isText,
  source: isHost,
  destination: isHost,
  maxDowntimeMs: isNumberOrNull,
  bandwidthBytesPerS: isNumberOrNull,
  deadlineMs: isNumberOrNull,
  sourceDefinition: isOneOf('remove', 'keep'),
  destinationDefinition: isOneOf('persistent', 'transient'),
  drive: isOneOf('direct', 'p2p'),
  method: isOneOf('pre-copy', 'post-copy'),
  commit: isOneOf('strict', 'finish'),
  leastShare: (value) => value === undefined || isNumber(value),
  compression: (value) => value === undefined || value === 'allowed',
  postCopy: (value) => value === undefined || value === 'after-first-pass' || value === 'when-needed',
  rehearsal: (value) => value === undefined || typeof value === 'boolean',
  offline: (value) => value === undefined || typeof value === 'boolean',
};

const outcomeShape: Shape = {
  result: isOneOf('migrated', 'blocked', 'rolled-back', 'aborted', 'uncertain'),
  reason: isText,
  domain: (value) => isObject(value) && isText(value.name) && isText(value.uuid),
  source: isText,
  destination: isText,
  totalMs: isNumber,
};

export const holderShape: Shape = {
  machine: isText,
  bootId: isText,
  pidNamespace: isText,
  pid: isNumber,
  startTicks: isNumber,
};

const progressShape: Shape = {
  elapsedMs: isNumber,
  iteration: isNumber,
  memoryTotalBytes: isNumber,
  memoryProcessedBytes: isNumber,
  memoryRemainingBytes: isNumber,
  rateBytesPerS: isNumber,
  dirtyRateBytesPerS: isNumber,
  expectedDowntimeMs: isNumberOrNull,
  throttlePercent: isNumber,
};

const isQuantiles = (value: unknown) => isObject(value) && isNumber(value.p50) && isNumber(value.p90);

const forecastShape: Shape = {
  totalMs: isQuantiles,
  downtimeMs: isQuantiles,
  bytes: isQuantiles,
  computed: isObject,
  verdict: isObject,
  basis: isObject,
};

const traceShape: Shape = {
  passes: Array.isArray,
  bytesPerS: isNumberOrNull,
  memoryMs: isNumber,
  diskMs: isNumber,
};

/** Reads JSON of which everything that decides something is checked; the rest is as we wrote it. */
export function read<T>(
  text: SqlRow[string] | undefined,
  shape: Shape,
  operationId: string,
  what: string,
): T {
  let value: unknown;
  try {
    value = JSON.parse(String(text));
  } catch {
    throw damage(operationId, `its ${what} is no JSON`);
  }
  const wrong = misfit(value, shape);
  if (wrong === null) return value as T;
  throw damage(operationId, `its ${what} is not as it was written (${wrong})`);
}

function damage(operationId: string, what: string): EngineError {
  return new EngineError(
    'journal',
    `operation ${operationId} in the journal is damaged: ${what}; nothing is moved by it`,
  );
}
