import {
  AllDomainStatsFlag,
  type Connection,
  type DomainRef,
  DomainStats,
  paramsByName,
} from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { HostRef } from '../model.ts';
import { withConnection } from '../with-connection.ts';

const NS_A_MS = 1e6;
const KIB = 1024;
const MIB = 1024 ** 2;

/** What a running domain takes of its host, and would take of a link. */
export interface DomainLoad {
  /** CPUs that it keeps busy. */
  readonly cpus: number;
  /** What its QEMU holds in memory, the most that has to be sent of it; `null` where the host doesn't tell. */
  readonly residentBytes: number | null;
  /** What it writes to anew, each byte counted once; `null` where the host can't tell. */
  readonly dirtyBytesPerS: number | null;
}

/** What one client may have open at a time is five calls; see guest-memory.ts. */
const AT_A_TIME = 3;
/** How long QEMU looks, less than the window by so much: starting it takes its time. */
const MARGIN_MS = 1000;
/** What libvirt takes for the length of a look (qemuDomainStartDirtyRateCalc). */
const LOOK_MAX_S = 60;
/** `VIR_DOMAIN_DIRTYRATE_MEASURED`. */
const MEASURED = 2;

/**
 * Measures all running domains of a host over a window, by UUID: the CPU time that they take, as libvirt counts it, and
 * the memory that they dirty, as QEMU samples it (libvirt 7.2, QEMU 5.2). Domains that came or went meanwhile, or began
 * anew, are left out.
 */
export function measureLoads(
  ref: HostRef,
  windowMs: number,
  env: Env,
): Promise<ReadonlyMap<string, DomainLoad>> {
  return withConnection(ref, env, async (connection) => {
    const before = await look(connection);
    const fromMs = env.monotonicMs();
    await Promise.all([
      env.delay(windowMs),
      sampleDirtyRates(
        connection,
        before.map(({ dom }) => dom),
        windowMs,
      ),
    ]);
    const after = await look(connection);
    const tookMs = Math.max(1, env.monotonicMs() - fromMs);
    const loads = new Map<string, DomainLoad>();
    for (const { dom, cpuNs, residentBytes, dirtyBytesPerS } of after) {
      const then = before.find((one) => one.dom.uuid === dom.uuid)?.cpuNs;
      if (then === undefined || cpuNs < then) continue;
      loads.set(dom.uuid, { cpus: (cpuNs - then) / NS_A_MS / tookMs, residentBytes, dirtyBytesPerS });
    }
    return loads;
  });
}

/** Where it can't be done nothing is told of it later. */
async function sampleDirtyRates(
  connection: Connection,
  doms: readonly DomainRef[],
  windowMs: number,
): Promise<void> {
  const seconds = Math.min(LOOK_MAX_S, Math.floor((windowMs - MARGIN_MS) / 1000));
  if (seconds < 1) return;
  const waiting = [...doms];
  const work = async () => {
    for (let dom = waiting.shift(); dom; dom = waiting.shift())
      await connection.domainStartDirtyRateCalc({ dom, seconds, flags: 0 }).catch(() => undefined);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

/**
 * `cpu.time` is all that QEMU takes; libvirt has it only where it may use the host's cgroups, and counts the threads of
 * the vCPUs in any case (virConnectGetAllDomainStats).
 */
async function look(connection: Connection) {
  const stats = DomainStats.cpu | DomainStats.vcpu | DomainStats.balloon | DomainStats.dirtyRate;
  const { records } = await connection.connectGetAllDomainStats({
    ...{ doms: [], stats, flags: AllDomainStatsFlag.active },
  });
  return records.map(({ dom, params }) => {
    const values = paramsByName(params);
    const vcpus = [...values].filter(([name]) => /^vcpu\.\d+\.time$/.test(name));
    const sum = vcpus.reduce((all, [, ns]) => all + Number(ns), 0);
    const times = (name: string, unit: number) => (values.has(name) ? Number(values.get(name)) * unit : null);
    const isMeasured = Number(values.get('dirtyrate.calc_status')) === MEASURED;
    return {
      dom,
      cpuNs: Number(values.get('cpu.time') ?? sum),
      residentBytes: times('balloon.rss', KIB),
      dirtyBytesPerS: isMeasured ? times('dirtyrate.megabytes_per_second', MIB) : null,
    };
  });
}
