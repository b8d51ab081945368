import type { DomainRef } from '@virt-ferry/libvirt';
import type { Link } from './sides.ts';
import type { Story } from './story.ts';

/** Sets QEMU's limit for the pause, and returns what puts the former one back if the move fails. */
export async function limitDowntime(
  from: Link,
  dom: DomainRef,
  maxDowntimeMs: number | null,
  story: Story,
): Promise<() => Promise<void>> {
  if (maxDowntimeMs === null) return () => Promise.resolve();
  const { downtimeMs: before } = await from.monitor.domainMigrateGetMaxDowntime({ dom, flags: 0 });
  const set = (downtimeMs: bigint) => from.monitor.domainMigrateSetMaxDowntime({ dom, downtimeMs, flags: 0 });
  await story.act('limit-downtime', { fromMs: Number(before), toMs: maxDowntimeMs }, () =>
    set(BigInt(maxDowntimeMs)),
  );
  return async () => {
    try {
      await story.act('restore-downtime', { toMs: Number(before) }, () => set(before));
    } catch {
      // The journal has it; a domain that is gone needs no limit.
    }
  };
}
