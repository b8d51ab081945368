import { dirname } from 'node:path';
import type { CheckContext } from '../preflight/check.ts';
import { type BaseImage, lookAtBase } from './base-image.ts';
import { isLocalDisk, type LocalDisk } from './local-disk.ts';

/**
 * Which disks a move copies, and how. `flat`: each into one image that builds on nothing, all that its chain holds.
 * `top`: only what its topmost image holds, over the images that it builds on.
 */
export interface StoragePlan {
  readonly copy: 'none' | 'flat' | 'top';
  readonly disks: readonly LocalDisk[];
  /** Blocks of zeroes are looked for, and not sent: the targets are new, and read as zeroes. */
  readonly zeroes: boolean;
  /** What the disks build on, the nearest first, also where they are copied flat. */
  readonly bases: readonly BaseImage[];
}

/** VIR_MIGRATE_PARAM_MIGRATE_DISKS_DETECT_ZEROES (libvirt 10.9). */
const DETECTS_ZEROES_FROM = 10_009_000;

/**
 * Decides by what the user wants and what is there. `auto` copies only the top where the rest is on the destination
 * already, or can be sent there once for all disks that build on it; where it is another image, or can't be known, all
 * goes into one.
 */
export async function planStorage(context: CheckContext): Promise<StoragePlan> {
  const { copyStorage } = context.wishes;
  const disks = await localDisks(context);
  if (disks.length === 0) return { copy: 'none', disks, zeroes: false, bases: [] };
  const versions = [context.source, context.destination].map(({ host }) => host.libvirtVersion);
  const zeroes = versions.every((version) => version >= DETECTS_ZEROES_FROM);
  const chained = disks.filter(({ backing }) => backing.length > 0);
  if (copyStorage === 'all' || chained.length === 0) return { copy: 'flat', disks, zeroes, bases: [] };
  const bases = await Promise.all(
    chained.flatMap(({ target, backing }) => backing.map((source) => lookAtBase(target, source, context))),
  );
  const isThere = bases.every(({ state }) => state !== 'differs' && state !== 'unproven');
  return { copy: isThere || copyStorage === 'incremental' ? 'top' : 'flat', disks, zeroes, bases };
}

/** The images that have to be sent before the disks that build on them, the deepest first, each once. */
export function basesToSend({ copy, bases }: StoragePlan): BaseImage[] {
  if (copy !== 'top') return [];
  const missing = bases.filter(({ state }) => state === 'missing').toReversed();
  return [...new Map(missing.map((base) => [base.path, base])).values()];
}

/** The disks in files that only the source sees. */
async function localDisks({
  domain,
  wishes,
  proveShared,
}: Pick<CheckContext, 'domain' | 'wishes' | 'proveShared'>): Promise<LocalDisk[]> {
  if (wishes.copyStorage === 'none') return [];
  const local: LocalDisk[] = [];
  for (const disk of domain.disks) {
    if (disk.readOnly || disk.shareable || !isLocalDisk(disk)) continue;
    if ((await proveShared(dirname(disk.source.path))).result === 'local') local.push(disk);
  }
  return local;
}
