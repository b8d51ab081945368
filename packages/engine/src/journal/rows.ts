import { messageOf } from '@virt-ferry/libvirt/errors';
import { EngineError } from '../errors.ts';
import type { Entry, Operation } from './journal.ts';
import type { SqlRow } from './sql.ts';

export function operationOf(row: SqlRow): Operation {
  return {
    id: String(row.id),
    kind: 'migrate',
    domain: { name: String(row.domain_name), uuid: String(row.domain_uuid) },
    source: String(row.source),
    destination: String(row.destination),
    request: json(row.request_json),
    startedAtMs: Number(row.started_at_ms),
    endedAtMs: row.ended_at_ms === null ? null : Number(row.ended_at_ms),
    outcome: row.outcome_json === null ? null : json(row.outcome_json),
    abortRequested: row.abort_requested !== 0,
    holding:
      row.holder_json === null
        ? null
        : {
            token: Number(row.token),
            holder: json(row.holder_json),
            untilMs: Number(row.lease_until_ms),
          },
  };
}

export function entryOf(row: SqlRow): Entry {
  return {
    operationId: String(row.operation_id),
    sequence: Number(row.sequence),
    version: Number(row.version),
    atMs: Number(row.at_ms),
    kind: row.kind === 'intent' || row.kind === 'result' ? row.kind : 'note',
    step: String(row.step),
    data: json(row.data_json),
  };
}

/** We alone write these columns, and each has the type that its reader expects. */
export function json<T>(text: string | number | null | undefined): T {
  try {
    return JSON.parse(String(text)) as T;
  } catch (cause) {
    throw new EngineError('journal', `the journal is damaged: ${messageOf(cause)}; nothing is moved by it`, {
      cause,
    });
  }
}
