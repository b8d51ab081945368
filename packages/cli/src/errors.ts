import type { Result } from '@virt-ferry/engine';
import { EngineError } from '@virt-ferry/engine/errors';
import { FleetError } from '@virt-ferry/fleet/errors';
import { LibvirtError } from '@virt-ferry/libvirt/errors';

/** Exit codes of every command. */
export const ExitCode = {
  done: 0,
  /** Bad usage: nothing was touched. */
  usage: 2,
  /** Blocked by preflight, or no connection: nothing was touched. */
  blocked: 3,
  /** Failed; the domain is safe on the source. */
  failed: 4,
  /** Where the domain is can't be known from here. */
  uncertain: 5,
  /** Aborted on request; the domain is on the source. */
  aborted: 6,
} as const;

/** The user asked for something that can't be understood or that isn't there. The message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const usageCodes: readonly string[] = [
  ...['no-domain', 'ambiguous-domain', 'no-operation', 'identity', 'choice'],
  'share-request',
];

/** Which exit code an error becomes. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return ExitCode.usage;
  if (error instanceof FleetError) return ExitCode.usage;
  if (error instanceof LibvirtError) return error.code === 'uri' ? ExitCode.usage : ExitCode.blocked;
  if (error instanceof EngineError) {
    return usageCodes.includes(error.code) ? ExitCode.usage : ExitCode.blocked;
  }
  // The lab and commander carry their codes as text.
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'topology' || code === 'name' || code.startsWith('commander.')) return ExitCode.usage;
  return 1;
}

/** Which exit code the end of a move becomes. */
export function exitCodeOfResult(result: Result): number {
  switch (result) {
    case 'migrated':
      return ExitCode.done;
    case 'blocked':
      return ExitCode.blocked;
    case 'rolled-back':
      return ExitCode.failed;
    case 'uncertain':
      return ExitCode.uncertain;
    case 'aborted':
      return ExitCode.aborted;
    default:
      return result satisfies never;
  }
}
