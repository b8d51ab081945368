import type { DomainRef } from '@virt-ferry/libvirt';
import type { Link } from './sides.ts';
import type { Story } from './story.ts';

/** Sets QEMU's limit for the pause. The journal has the former one, which recovery puts back if the move fails. */
export async function limitDowntime(from: Link, dom: DomainRef, toMs: number, story: Story): Promise<void> {
  const { downtimeMs: before } = await from.monitor.domainMigrateGetMaxDowntime({ dom, flags: 0 });
  const fromMs = Number(before);
  if (fromMs === toMs) return;
  await changeLimit(from, dom, { fromMs, toMs }, story);
}

/** The change itself, with why where that is not the user's wish. */
export async function changeLimit(
  from: Pick<Link, 'monitor'>,
  dom: DomainRef,
  intent: { readonly fromMs: number; readonly toMs: number; readonly reason?: string },
  story: Story,
): Promise<void> {
  await story.act('limit-downtime', intent, () =>
    from.monitor.domainMigrateSetMaxDowntime({ dom, downtimeMs: BigInt(intent.toMs), flags: 0 }),
  );
}
