import { writeFile } from 'node:fs/promises';
import type { PlanRequest, SavedPlan } from '@virt-ferry/fleet';
import { messageOf } from '@virt-ferry/libvirt/errors';
import { UsageError } from '../errors.ts';
import { type Io, tell } from '../io.ts';
import { readText } from '../read-text.ts';

/** Writes a plan where it can be read, and carried out later. */
export async function savePlan(path: string, saved: SavedPlan, io: Io): Promise<void> {
  const { planFile } = await import('@virt-ferry/fleet');
  try {
    await writeFile(path, planFile(saved));
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`);
  }
  tell(io, `the plan is in ${path}; carry it out as it stands: ferry ${saved.plan.goal} --plan ${path}`);
}

/** Reads one that is for the same goal, and the same hosts where the command names some. */
export async function readSavedPlan(path: string, asked: PlanRequest): Promise<SavedPlan> {
  const { readPlan } = await import('@virt-ferry/fleet');
  const saved = readPlan(await readText(path), path);
  if (saved.request.goal !== asked.goal)
    throw new UsageError(`${path} is a plan to ${saved.request.goal}, not to ${asked.goal}`);
  if (saved.request.goal === 'evacuate' && asked.goal === 'evacuate' && asked.hosts.length > 0) {
    const [there, here] = [saved.request.hosts, asked.hosts].map((names) => names.toSorted().join(' '));
    if (there !== here) throw new UsageError(`${path} is a plan to evacuate ${there}, not ${here}`);
  }
  return saved;
}
