import type { DomainRef } from '@virt-ferry/libvirt';
import type { Link } from './sides.ts';
import type { Story } from './story.ts';

/** Sets QEMU's limit for the pause. The journal has the former one, which recovery puts back if the move fails. */
export async function limitDowntime(
  from: Link,
  dom: DomainRef,
  maxDowntimeMs: number | null,
  story: Story,
): Promise<void> {
  if (maxDowntimeMs === null) return;
  const { downtimeMs: before } = await from.monitor.domainMigrateGetMaxDowntime({ dom, flags: 0 });
  const downtimeMs = BigInt(maxDowntimeMs);
  await story.act('limit-downtime', { fromMs: Number(before), toMs: maxDowntimeMs }, () =>
    from.monitor.domainMigrateSetMaxDowntime({ dom, downtimeMs, flags: 0 }),
  );
}
