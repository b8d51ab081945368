import { createEnv } from '@virt-ferry/engine';
import type { Stage } from '../stage.ts';

/** The operation of a guest that was left open; `null` if there is none. */
export async function openOperation(stage: Stage, domainUuid: string): Promise<string | null> {
  const env = createEnv({ journalPath: stage.journalPath });
  try {
    const [open] = await env.journal.operations({ open: true, domainUuid });
    return open?.id ?? null;
  } finally {
    await env.close();
  }
}
