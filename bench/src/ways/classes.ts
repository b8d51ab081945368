import type { NewGuest } from '@virt-ferry/lab';
import { NEWER } from './newer.ts';

/** Of the lab's link: 800 Mbit/s, less what Ethernet, IP and TCP take. */
export const LINK_BYTES_PER_S = 94_000_000;

export const classNames = [
  'idle',
  'busy-sparse',
  'busy-full',
  'cpu-bound',
  'storm',
  'hot-and-cold',
  'disk',
  'post-copy',
] as const;
export type ClassName = (typeof classNames)[number];

type Load = Omit<NewGuest, 'name' | 'host'>;

/**
 * Where a class is played: on two hosts of QEMU 10, which misses no writes of emulated processors (docs/control.md). Of
 * those, libvirt 11.3 dies where a broken post-copy is taken up again, so Ferry refuses it there: that is played on the
 * standard two.
 */
export function topologyOf(name: ClassName): string | undefined {
  return name === 'post-copy' ? undefined : NEWER;
}

/** What Ferry is allowed besides, where that is what the class is about. */
export const allowedFor: Readonly<Partial<Record<ClassName, string>>> = {
  'post-copy': 'ferry, post-copy allowed',
  storm: 'ferry, a pause of 2 s allowed',
};

/** A guest of a class; what isn't what makes the class is drawn, so that nothing is made for one guest alone. */
export function guestOf(name: ClassName, random: () => number): Load {
  const between = (least: number, most: number) => Math.round(least + (most - least) * random());
  const memory = { memoryMiB: 512, loadMemoryMiB: between(160, 260) };
  /** In MB/s: more than the link carries. */
  const tooFast = between(130, 180);
  const still = { disk: 'none', diskRateMBps: 0 } as const;
  switch (name) {
    case 'idle':
      return { ...still, memoryMiB: 512, loadMemoryMiB: between(1, 60), memoryRateMBps: 0 };
    case 'busy-sparse':
      return { ...still, ...memory, memoryRateMBps: tooFast, pattern: 'sparse' };
    case 'busy-full':
    case 'post-copy':
      return { ...still, ...memory, memoryRateMBps: tooFast, pattern: 'full' };
    case 'cpu-bound':
      return { ...still, ...memory, memoryRateMBps: 'max', pattern: 'full' };
    case 'storm':
      // Four times the link; sparse, since an emulated processor writes no whole pages as fast.
      return { ...still, ...memory, memoryRateMBps: between(370, 400), pattern: 'sparse' };
    case 'hot-and-cold':
      return { ...still, ...memory, memoryRateMBps: tooFast, pattern: 'full', access: 'hot-cold' };
    case 'disk':
      return {
        ...{ memoryMiB: 512, loadMemoryMiB: between(20, 60), memoryRateMBps: between(5, 20) },
        ...{ disk: 'local', diskMiB: between(200, 400), diskRateMBps: between(5, 20) },
      };
    default:
      return name satisfies never;
  }
}
