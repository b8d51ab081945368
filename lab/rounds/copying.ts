import { setTimeout } from 'node:timers/promises';
import { connectHost } from '@virt-ferry/lab';
import { isRemote, JobType, paramsByName } from '@virt-ferry/libvirt';
import type { Setting } from './stage.ts';

const LOOK_MS = 20;

/** Resolves when the guest's memory is being copied, or the move has ended before. */
export async function copying({ stage, guest, from }: Setting, ended: Promise<unknown>): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const connection = await connectHost(stage.lab, from);
  try {
    const { dom } = await connection.domainLookupByUuid({ uuid: guest.uuid });
    while (!isOver) {
      const { type, params } = await connection.domainGetJobStats({ dom, flags: 0 });
      const counted = Number(paramsByName(params).get('memory_processed') ?? 0);
      if (type === JobType.unbounded && counted > 0) return;
      await setTimeout(LOOK_MS);
    }
  } catch (error) {
    // It has left.
    if (!isRemote(error)) throw error;
  } finally {
    await connection.close();
  }
}
