import type { Domain } from '../model.ts';

/** A piece of the guest's physical address space that is memory. */
export interface RamArea {
  readonly startByte: number;
  readonly bytes: number;
}

const GIB = 1024 ** 3;

/**
 * Where a guest's memory lies, as far as that is sure: a machine may have more of it just below a hole. Memory that was
 * plugged in later isn't counted. From QEMU's hw/i386/pc_q35.c and pc_piix.c (memory below 4 GiB), hw/arm/virt.c.
 */
export function ramAreas({ arch, machine, memoryBytes }: Pick<Domain, 'arch' | 'machine' | 'memoryBytes'>) {
  if (arch === 'aarch64') return [{ startByte: GIB, bytes: memoryBytes }];
  const most = machine.includes('q35') ? 2 * GIB : 3 * GIB;
  const below = Math.min(memoryBytes, most);
  const above = memoryBytes - below;
  const low: RamArea = { startByte: 0, bytes: below };
  return above > 0 ? [low, { startByte: 4 * GIB, bytes: above }] : [low];
}

/** Golden section: each further page falls into the widest gap that is left, whatever their number. */
const STRIDE = (Math.sqrt(5) - 1) / 2;

/** Addresses of `count` pages, spread evenly over all of the memory, and over any stretch of it. */
export function pagesIn(areas: readonly RamArea[], count: number, pageBytes: number): bigint[] {
  const total = areas.reduce((sum, { bytes }) => sum + Math.floor(bytes / pageBytes), 0);
  return Array.from({ length: count }, (_, index) => {
    let page = Math.floor((((index + 0.5) * STRIDE) % 1) * total);
    for (const { startByte, bytes } of areas) {
      const here = Math.floor(bytes / pageBytes);
      if (page < here) return BigInt(startByte + page * pageBytes);
      page -= here;
    }
    throw new RangeError('a page outside of memory');
  });
}
