import type { DomainRef } from '@virt-ferry/libvirt';
import type { Link } from './sides.ts';
import type { Story } from './story.ts';

/** Sets QEMU's limit for the pause. The journal has the former one, which recovery puts back if the move fails. */
export async function limitDowntime(from: Link, dom: DomainRef, toMs: number, story: Story): Promise<void> {
  const { downtimeMs: before } = await from.monitor.domainMigrateGetMaxDowntime({ dom, flags: 0 });
  const fromMs = Number(before);
  if (fromMs === toMs) return;
  await story.act('limit-downtime', { fromMs, toMs }, () =>
    from.monitor.domainMigrateSetMaxDowntime({ dom, downtimeMs: BigInt(toMs), flags: 0 }),
  );
}
