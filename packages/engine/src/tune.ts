import {
  type Connection,
  type DomainRef,
  ErrorNumber,
  isRemote,
  JobType,
  MaxSpeedFlag,
} from '@virt-ferry/libvirt';
import type { Env } from './env.ts';
import { mibPerS, UNLIMITED_MIB_PER_S } from './migrate/bandwidth.ts';
import { lookUpOn } from './migrate/subject.ts';
import type { HostRef } from './model.ts';
import { withConnection } from './with-connection.ts';

/** The two settings of a domain that libvirt keeps for its next move, or the one under way. */
export interface Tuning {
  readonly maxDowntimeMs: number;
  /** `null`: no limit. */
  readonly bandwidthBytesPerS: number | null;
}

export interface TuningChange {
  readonly maxDowntimeMs?: number;
  /** Rounded up to whole MiB/s, libvirt's unit. */
  readonly bandwidthBytesPerS?: number;
}

const MIB = 1024 ** 2;

export function readTuning(host: HostRef, domain: string, env: Env): Promise<Tuning> {
  return setTuning(host, domain, {}, env);
}

/** Changes what is given, before or during a move, and returns what is then set. */
export function setTuning(host: HostRef, domain: string, change: TuningChange, env: Env): Promise<Tuning> {
  return withConnection(host, env, async (monitor) => {
    const dom = await lookUpOn({ ref: host, monitor }, domain);
    if (change.maxDowntimeMs !== undefined) {
      const downtimeMs = BigInt(Math.ceil(change.maxDowntimeMs));
      await monitor.domainMigrateSetMaxDowntime({ dom, downtimeMs, flags: 0 });
    }
    if (change.bandwidthBytesPerS !== undefined) {
      await limitSpeed(monitor, dom, mibPerS(change.bandwidthBytesPerS));
    }
    const [{ downtimeMs }, { bandwidthMiBPerS }] = await Promise.all([
      monitor.domainMigrateGetMaxDowntime({ dom, flags: 0 }),
      monitor.domainMigrateGetMaxSpeed({ dom, flags: 0 }),
    ]);
    const limited = bandwidthMiBPerS < UNLIMITED_MIB_PER_S;
    return {
      maxDowntimeMs: Number(downtimeMs),
      bandwidthBytesPerS: limited ? Number(bandwidthMiBPerS) * MIB : null,
    };
  });
}

/** A post-copy that is under way has a limit of its own, which libvirt sets only then. */
async function limitSpeed(monitor: Connection, dom: DomainRef, bandwidthMiBPerS: bigint): Promise<void> {
  await monitor.domainMigrateSetMaxSpeed({ dom, bandwidthMiBPerS, flags: 0 });
  const { type } = await monitor.domainGetJobInfo({ dom });
  if (type === JobType.none) return;
  try {
    await monitor.domainMigrateSetMaxSpeed({ dom, bandwidthMiBPerS, flags: MaxSpeedFlag.postCopy });
  } catch (error) {
    // The job has ended meanwhile, or is none that copies.
    if (!isRemote(error, ErrorNumber.operationInvalid)) throw error;
  }
}
