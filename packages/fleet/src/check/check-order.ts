import type { DomainSpec, FleetSpec } from '../model/spec.ts';
import type { Plan, PlannedMove } from '../plan.ts';

/**
 * Whether the plan also holds where moves take other times than planned: each move must find room with only those gone
 * that it waits for, and all those come that were to come before it.
 */
export function orderProblems(fleet: FleetSpec, { moves }: Plan): string[] {
  const byId = new Map(moves.map((move) => [move.id, move]));
  const problems: string[] = [];
  if (byId.size < moves.length) problems.push('two moves have the same id');
  for (const move of moves) {
    for (const id of move.after) {
      const before = byId.get(id);
      if (!before) problems.push(`${move.id} waits for ${id}, which is not there`);
      else if (before.endS > move.startS) problems.push(`${move.id} starts before ${id} has ended`);
    }
  }
  const domains = new Map(fleet.domains.map((domain) => [domain.name, domain]));
  const memory = (domain: DomainSpec | undefined) =>
    domain ? domain.memoryBytes - domain.hugepages.reduce((sum, { bytes }) => sum + bytes, 0) : 0;
  const hosts = new Map(fleet.hosts.map((host) => [host.name, host]));
  const residents = Map.groupBy(fleet.domains, (domain) => domain.host);
  for (const [name, coming] of Map.groupBy(moves, ({ to }) => to)) {
    const host = hosts.get(name);
    if (!host) continue;
    const huge = host.hugepages.reduce((sum, { bytes }) => sum + bytes, 0);
    let there = (residents.get(name) ?? []).reduce((sum, one) => sum + memory(one), 0);
    for (const move of coming) {
      there += memory(domains.get(move.domain));
      if (there <= host.memoryBytes - huge) continue;
      const gone = [...ancestors(move, byId)].filter(({ from }) => from === host.name);
      const left = gone.reduce((sum, one) => sum + memory(domains.get(one.domain)), 0);
      if (there - left > host.memoryBytes - huge)
        problems.push(`${move.id} does not wait for what must leave ${host.name} first`);
    }
  }
  return problems;
}

function ancestors(move: PlannedMove, byId: ReadonlyMap<string, PlannedMove>): Set<PlannedMove> {
  const found = new Set<PlannedMove>();
  const open = [move];
  for (let next = open.pop(); next; next = open.pop()) {
    for (const id of next.after) {
      const before = byId.get(id);
      if (!before || found.has(before)) continue;
      found.add(before);
      open.push(before);
    }
  }
  return found;
}
