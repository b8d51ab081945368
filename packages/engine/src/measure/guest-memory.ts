import { deflateRawSync } from 'node:zlib';
import { type Connection, type DomainRef, MemoryPeekFlag } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { fitDirtyCurve } from '../forecast/dirty-curve.ts';
import type { DirtySample, Domain, MemoryProfile } from '../model.ts';
import { busiestShare, cpuTimes } from './processors.ts';
import { pagesIn, ramAreas } from './ram-areas.ts';

const PAGE_BYTES = 4096;

/** How closely a guest's memory is looked at. */
export interface MemoryLooks {
  /** Pages that are looked at, again and again; each look at one takes libvirt about a millisecond. */
  readonly pages: number;
  /** When they are looked at again, in seconds after the first time. */
  readonly afterS: readonly number[];
  /** Where no more than this share of them has changed, no further look is worth the wait. */
  readonly quietShare?: number;
}

/** What is known as soon as memory was looked at once. */
export type FirstLook = Pick<MemoryProfile, 'usedBytes' | 'compressedShare'>;

/** What nobody has written to yet is seldom written to soon: of those pages one in so many is looked at again. */
const ZERO_PAGES = 4;

/** libvirtd reads no further call of a client that has five of them open. */
const AT_A_TIME = 3;

/**
 * Measures how a guest uses its memory, by looking at pages of it, spread evenly, several times: how many change within
 * what time, how much of such a page, how many are zero, and how well they compress. The guest runs on, what is read is
 * forgotten at once. The idea is that of QEMU's `calc-dirty-rate` (page sampling), which looks twice and tells one rate.
 * Ends with the looks that were made when `enough` is aborted, of which there are two at least; `seen` is told what the
 * first one shows.
 */
export async function profileMemory(
  source: Connection,
  dom: DomainRef,
  domain: Domain,
  looks: MemoryLooks,
  env: Env,
  { enough, seen }: { readonly enough?: AbortSignal; readonly seen?: (first: FirstLook) => void } = {},
): Promise<MemoryProfile> {
  const offsets = pagesIn(ramAreas(domain), looks.pages, PAGE_BYTES);
  const cpuBefore = await cpuTimes(source, dom, env);
  const first = await lookAt(source, dom, offsets, env);
  const used = first.pages.filter((page) => page.some((byte) => byte !== 0));
  const firstLook = {
    usedBytes: (domain.memoryBytes * used.length) / offsets.length,
    compressedShare: compressedShareOf(used),
  };
  seen?.(firstLook);
  const watched = first.pages.flatMap((page, index) =>
    page.some((byte) => byte !== 0)
      ? [{ index, page, standsFor: 1 }]
      : index % ZERO_PAGES === 0
        ? [{ index, page, standsFor: ZERO_PAGES }]
        : [],
  );
  const watchedOffsets = watched.flatMap(({ index }) => offsets[index] ?? []);
  const samples: DirtySample[] = [];
  let changed: number[] = [];
  for (const afterS of looks.afterS) {
    const waitMs = 1000 * afterS - (env.monotonicMs() - first.startMs);
    await env.delay(Math.max(waitMs, 0), samples.length > 0 ? enough : undefined).catch(() => undefined);
    const again = await lookAt(source, dom, watchedOffsets, env);
    const differences = again.pages.map((page, index) => differentBytes(page, watched[index]?.page ?? page));
    changed = differences.filter((bytes) => bytes > 0);
    const written = differences.reduce((sum, bytes, index) => {
      return bytes > 0 ? sum + (watched[index]?.standsFor ?? 1) : sum;
    }, 0);
    samples.push({
      windowS: (middleMs(again) - middleMs(first)) / 1000,
      changedShare: Math.min(written / offsets.length, 1),
      pages: offsets.length,
    });
    if (enough?.aborted || written <= (looks.quietShare ?? -1) * offsets.length) break;
  }
  const cpuAfter = await cpuTimes(source, dom, env);
  return {
    ...firstLook,
    totalBytes: domain.memoryBytes,
    samples,
    curve: fitDirtyCurve(samples, domain.memoryBytes),
    changedBytesAPage: changed.length === 0 ? null : changed.reduce((sum, n) => sum + n, 0) / changed.length,
    cpuShare: busiestShare(cpuBefore, cpuAfter),
  };
}

interface Look {
  readonly startMs: number;
  readonly endMs: number;
  readonly pages: readonly Uint8Array[];
}

const middleMs = ({ startMs, endMs }: Look) => (startMs + endMs) / 2;

/** Each page is looked at in its turn, so that the time between two looks is about the same for all. */
async function lookAt(
  source: Connection,
  dom: DomainRef,
  offsets: readonly bigint[],
  env: Env,
): Promise<Look> {
  const startMs = env.monotonicMs();
  const pages: Uint8Array[] = [];
  for (let at = 0; at < offsets.length; at += AT_A_TIME) {
    const some = offsets.slice(at, at + AT_A_TIME);
    const peeks = some.map((offset) =>
      source.domainMemoryPeek({ dom, offset, size: PAGE_BYTES, flags: MemoryPeekFlag.physical }),
    );
    for (const { bytes } of await Promise.all(peeks)) pages.push(bytes);
  }
  return { startMs, endMs: env.monotonicMs(), pages };
}

function differentBytes(one: Uint8Array, other: Uint8Array): number {
  // Most pages haven't changed.
  if (Buffer.compare(one, other) === 0) return 0;
  return one.reduce((count, byte, index) => count + Number(byte !== other[index]), 0);
}

/** As many as tell enough: compressing one takes some 50 µs. */
const COMPRESSED_PAGES = 64;

/** zlib at its fastest, which zstd as libvirt sets it up comes near to. 1 where nothing is used. */
function compressedShareOf(used: readonly Uint8Array[]): number {
  const some = used.slice(0, COMPRESSED_PAGES);
  if (some.length === 0) return 1;
  const sizes = some.map((page) => Math.min(deflateRawSync(page, { level: 1 }).length, page.length));
  return sizes.reduce((sum, size) => sum + size, 0) / (some.length * PAGE_BYTES);
}
