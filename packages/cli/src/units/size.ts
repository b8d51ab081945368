import { UsageError } from '../errors.ts';

const MIB = { mib: 1, gib: 1024 } as const;

/** `512MiB`, `2GiB` in MiB. */
export function parseSizeMiB(text: string, option: string): number {
  const match = /^(\d+)(MiB|GiB)$/i.exec(text.trim());
  const value = match ? Number(match[1]) * MIB[(match[2] ?? '').toLowerCase() as keyof typeof MIB] : 0;
  if (value > 0) return value;
  throw new UsageError(
    `bad size ${text} for ${option}: expected a number above zero with MiB or GiB, for example 512MiB`,
  );
}
