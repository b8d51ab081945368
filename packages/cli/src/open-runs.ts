import type { Attendance, HostRef, RealEnv, Run } from '@virt-ferry/engine';
import type { Engine } from './engine.ts';
import { UsageError } from './errors.ts';
import { isSameRequest, type RunRequest, requestText } from './fleet/run-request.ts';
import { progressText, type RunStory, storyOfRun } from './fleet/run-story.ts';
import { holderText } from './open-operations.ts';

/** A run that has not ended, whether somebody carries it out, and how far it has come. */
export interface OpenRun {
  readonly run: Run;
  readonly attendance: Attendance;
  readonly story: RunStory;
}

/** All of them, the newest first. */
export async function openRuns(engine: Engine, env: RealEnv): Promise<OpenRun[]> {
  const open = await env.journal.runs.runs({ open: true });
  return Promise.all(
    open.map(async (run) => ({
      ...{ run, attendance: await engine.attendanceOf(run, env), story: await storyOfRun(run, env) },
    })),
  );
}

/** A sentence about it. */
export function openRunText({ run, attendance, story }: OpenRun): string {
  const what = `run ${run.id}, ${requestText(run)}, ${progressText(story)},`;
  return attendance === 'running'
    ? `${what} is being carried out by ${holderText(run)}; see: ferry show ${run.id}`
    : `${what} was left open; carry it on with: ferry recover ${run.id}`;
}

/**
 * The open run that wants the same of these hosts, `null` where they are free. Throws where somebody carries one out on
 * them, or where another was left open: two at once would plan on the same room.
 */
export async function runOn(
  hosts: readonly HostRef[],
  asked: RunRequest,
  { engine, env }: { readonly engine: Engine; readonly env: RealEnv },
): Promise<Run | null> {
  const shares = (run: Run) => run.hosts.some(({ uri }) => hosts.some((one) => one.uri === uri));
  const run = (await env.journal.runs.runs({ open: true })).find(shares);
  if (run === undefined) return null;
  if ((await engine.attendanceOf(run, env)) === 'running') throw engine.busyWithRun(run);
  if (isSameRequest(run.request, asked)) return run;
  const what = `run ${run.id}, ${requestText(run)}, was left open and has one of these hosts`;
  throw new UsageError(
    `${what}; carry it on with: ferry recover ${run.id}; or give it up: ferry abort ${run.id}, then ferry recover ${run.id}`,
  );
}
