import type { Connection, DomainRef } from '@virt-ferry/libvirt';
import type { ShareHost } from '../host.ts';
import type { ShareProblem } from '../model.ts';
import { valuesOf } from '../sight.ts';
import { problem } from '../texts.ts';
import type { Adoption } from './plan.ts';

const BYTES_PER_KIB = 1024;
const BYTES_PER_GIB = 1024 ** 3;

/** Whether there is room for the copies, and nothing where they are to be. `begun`: images that are Ferry's already. */
export async function placeProblems(
  dom: DomainRef,
  disks: readonly Adoption[],
  { directory, begun }: { readonly directory: string; readonly begun: ReadonlySet<string | undefined> },
  host: ShareHost,
  connection: Connection,
): Promise<ShareProblem[]> {
  const problems: ShareProblem[] = [];
  let wantedBytes = 0;
  for (const { disk, to } of disks) {
    const { capacity } = await connection.domainGetBlockInfo({ dom, path: disk, flags: 0 });
    wantedBytes += Number(capacity);
    if (!begun.has(to) && !(await host.is(['absent', to])).isSo)
      problems.push(problem('adopt-in-the-way', host.ref.name, { domain: dom.name, disk, to }));
  }
  const [space = ''] = valuesOf(await host.try('space', directory), 'space');
  const freeBytes = Number(space.split(' ')[1]) * BYTES_PER_KIB;
  if (freeBytes < wantedBytes) {
    const gib = (bytes: number) => (bytes / BYTES_PER_GIB).toFixed(1);
    const values = { directory, free: gib(freeBytes), wanted: gib(wantedBytes), domain: dom.name };
    problems.push(problem('adopt-no-room', host.ref.name, values));
  }
  return problems;
}
