import type { Placement } from '../search/placement.ts';
import { Trail } from '../search/trail.ts';

/**
 * Whether some hosts, without another one, have at least as much free of each resource as the fullest of them uses:
 * what is needed, and quickly seen, for them to survive one failure.
 */
export function hasRoomForLargest(placement: Placement, hosts: readonly number[], closing: number): boolean {
  const { resources, capacity } = placement.problem;
  for (let r = 0; r < resources; r++) {
    // What the closing host has is going to be on them.
    let free = -(placement.use[closing * resources + r] ?? 0);
    let largest = 0;
    for (const host of hosts) {
      const at = host * resources + r;
      free += (capacity[at] ?? 0) - (placement.use[at] ?? 0);
      largest = Math.max(largest, placement.use[at] ?? 0);
    }
    if (free < largest) return false;
  }
  return true;
}

/** Whether the domains of each host would find room on the others, packed first where there is room. */
export function coversOneFailure(placement: Placement, open: ReadonlySet<number>): boolean {
  const trail = new Trail(placement);
  const { demand, resources } = placement.problem;
  const memoryOf = (domain: number) => demand[domain * resources + 1] ?? 0;
  for (const failed of open) {
    const domains = [...(placement.residents[failed] ?? [])].sort((a, b) => memoryOf(b) - memoryOf(a));
    for (const domain of domains) trail.lift(domain);
    let covered = true;
    for (const domain of domains) {
      let to = -1;
      for (const host of open) {
        if (host === failed || placement.insertion(domain, host) === Number.POSITIVE_INFINITY) continue;
        to = host;
        break;
      }
      if (to < 0) {
        covered = false;
        break;
      }
      trail.put(domain, to);
    }
    trail.undo();
    if (!covered) return false;
  }
  return true;
}
