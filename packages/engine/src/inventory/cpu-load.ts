import { AllDomainStatsFlag, type Connection, DomainStats, paramsByName } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { HostRef } from '../model.ts';
import { withConnection } from '../with-connection.ts';

const NS_A_MS = 1e6;

/**
 * How many CPUs each running domain of a host keeps busy, by UUID: the CPU time that it took within a window, as libvirt
 * counts it. Domains that came or went meanwhile are left out.
 */
export function measureCpuLoad(
  ref: HostRef,
  windowMs: number,
  env: Env,
): Promise<ReadonlyMap<string, number>> {
  return withConnection(ref, env, async (connection) => {
    const before = await cpuTimes(connection);
    const fromMs = env.monotonicMs();
    await env.delay(windowMs);
    const after = await cpuTimes(connection);
    const tookMs = Math.max(1, env.monotonicMs() - fromMs);
    const loads = new Map<string, number>();
    for (const [uuid, ns] of after) {
      const then = before.get(uuid);
      // What began anew counts from zero.
      if (then !== undefined && ns >= then) loads.set(uuid, (ns - then) / NS_A_MS / tookMs);
    }
    return loads;
  });
}

/**
 * Nanoseconds by UUID. `cpu.time` is all that QEMU takes; libvirt has it only where it may use the host's cgroups, and
 * counts the threads of the vCPUs in any case (virConnectGetAllDomainStats).
 */
async function cpuTimes(connection: Connection): Promise<Map<string, number>> {
  const stats = DomainStats.cpu | DomainStats.vcpu;
  const { records } = await connection.connectGetAllDomainStats({
    doms: [],
    stats,
    flags: AllDomainStatsFlag.active,
  });
  return new Map(
    records.map(({ dom, params }) => {
      const values = paramsByName(params);
      const vcpus = [...values].filter(([name]) => /^vcpu\.\d+\.time$/.test(name));
      const sum = vcpus.reduce((all, [, ns]) => all + Number(ns), 0);
      return [dom.uuid, Number(values.get('cpu.time') ?? sum)];
    }),
  );
}
