import { type Connection, type DomainRef, DomainStats } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';

/** What a guest's processors have used. */
export interface CpuTimes {
  readonly atMs: number;
  /** Of each vCPU, in its order. */
  readonly usedMs: readonly number[];
}

export async function cpuTimes(source: Connection, dom: DomainRef, env: Env): Promise<CpuTimes> {
  const { records } = await source.connectGetAllDomainStats({
    doms: [dom],
    stats: DomainStats.vcpu,
    flags: 0,
  });
  const times = (records[0]?.params ?? []).filter(({ field }) => /^vcpu\.\d+\.time$/.test(field));
  return { atMs: env.monotonicMs(), usedMs: times.map(({ value }) => Number(value) / 1e6) };
}

/** What the busiest vCPU has used of a processor; `null` where the host doesn't tell. */
export function busiestShare(before: CpuTimes, after: CpuTimes): number | null {
  const used = after.usedMs.map((ms, index) => ms - (before.usedMs[index] ?? ms));
  return used.length === 0 ? null : Math.max(...used) / (after.atMs - before.atMs);
}
