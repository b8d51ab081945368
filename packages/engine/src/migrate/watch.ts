import { type Connection, type DomainRef, isRemote, JobType } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { DiskProgress, Progress } from '../model.ts';
import { countedIn, progressOf } from './job-stats.ts';
import type { Story } from './story.ts';

const SAMPLE_MS = 200;

export interface Watcher {
  /** Another process has asked for an abort. */
  onAbortRequested(): void;
  /** A pass over memory has begun; the first is 1. May be told more than once. */
  onPass(pass: number): void;
  /** What a look has shown. */
  onLook?(progress: Progress): void;
  /** Targets of the disks that are copied. */
  readonly disks: readonly string[];
  /** Memory is being copied; told with each look, and with each pass. */
  onMemory(): Promise<void>;
  /** What libvirt counts; the same as before where nothing was copied meanwhile. */
  onCount?(counted: string): void;
}

/**
 * Samples a running move on the source until `signal` ends it, and hears of each new pass over memory. Tells the story's
 * listeners and leaves the latest sample in the journal for other processes.
 */
export async function watchProgress(
  source: Connection,
  dom: DomainRef,
  story: Story,
  env: Env,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<void> {
  let latest: Progress | undefined;
  const sample = async () => {
    const { type, params } = await source.domainGetJobStats({ dom, flags: 0 }, { signal });
    watcher.onCount?.(countedIn(params));
    if (type !== JobType.unbounded && type !== JobType.bounded) return;
    const disks = await diskProgress(source, dom, watcher.disks, signal);
    const progress = { ...progressOf(params), ...(disks.length === 0 ? {} : { disks }) };
    // QEMU knows nothing yet.
    if (progress.memoryTotalBytes === 0 && disks.length === 0) return;
    if (progress.memoryTotalBytes > 0) await watcher.onMemory();
    latest = progress;
    watcher.onLook?.(progress);
    watcher.onPass(progress.iteration);
    story.emit({ type: 'progress', ...progress });
    await env.journal.setProgress(story.operationId, progress);
  };
  const ignoreEnd = (error: unknown) => {
    if (!signal.aborted && !isRemote(error)) throw error;
  };
  // The last pass begins just before the guest is paused, so this is no moment to ask QEMU for more figures.
  const unsubscribe = await source.subscribe('migrationIteration', dom, ({ iteration }) => {
    watcher.onPass(iteration);
    // The next look tells it again.
    watcher.onMemory().catch(() => undefined);
    if (latest) story.emit({ type: 'progress', ...latest, iteration });
  });
  try {
    while (!signal.aborted) {
      await sample().catch(ignoreEnd);
      if ((await env.journal.operation(story.operationId))?.abortRequested) watcher.onAbortRequested();
      await env.delay(SAMPLE_MS, signal).catch(ignoreEnd);
    }
  } finally {
    await unsubscribe().catch(() => undefined);
  }
}

/** How far the copies are; a disk whose job hasn't begun, or has ended, is left out. */
async function diskProgress(
  source: Connection,
  dom: DomainRef,
  targets: readonly string[],
  signal: AbortSignal,
): Promise<DiskProgress[]> {
  const all = await Promise.all(
    targets.map(async (target) => {
      const job = await source.domainGetBlockJobInfo({ dom, path: target, flags: 0 }, { signal });
      return job.found ? [{ target, doneBytes: Number(job.current), totalBytes: Number(job.end) }] : [];
    }),
  );
  return all.flat();
}
