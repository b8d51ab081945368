import type { Procedure } from '../procedure.ts';
import { domainProcedures } from './domain.ts';
import { hostProcedures } from './host.ts';
import { migrationProcedures } from './migration.ts';
import { networkProcedures, secretProcedures, storageProcedures } from './storage.ts';

/**
 * Every call that this client knows, by libvirt's name for it. To add one, add a line to the group where it belongs:
 * its number, its arguments and its results as in libvirt's src/remote/remote_protocol.x.
 */
export const procedures = {
  ...hostProcedures,
  ...domainProcedures,
  ...migrationProcedures,
  ...storageProcedures,
  ...secretProcedures,
  ...networkProcedures,
} as const;

export type ProcedureName = keyof typeof procedures;
export type AnyProcedure = Procedure<unknown, unknown>;
