import type { FleetSpec, GroupSpec } from '../model/spec.ts';
import type { Plan, PlannedMove } from '../plan.ts';

/** Whether groups hold at each end of a move, and never two of one group move at once. What was broken may stay so. */
export function groupProblems({ hosts, domains, groups }: FleetSpec, { moves }: Plan): string[] {
  const zoneOf = new Map(hosts.map(({ name, zone }) => [name, zone]));
  const home = new Map(domains.map(({ name, host }) => [name, host]));
  const movesOf = new Map<string, PlannedMove[]>();
  for (const move of moves) movesOf.set(move.domain, [...(movesOf.get(move.domain) ?? []), move]);
  return groups.flatMap((group) => {
    const own = group.domains.flatMap((name) => movesOf.get(name) ?? []).sort((a, b) => a.endS - b.endS);
    if (own.length === 0) return [];
    return [...overlaps(group, own), ...broken(group, own)];
  });

  function broken(group: GroupSpec, own: readonly PlannedMove[]): string[] {
    const where = new Map(group.domains.map((name) => [name, home.get(name) ?? '']));
    const problems: string[] = [];
    let fault = faultOf(group, where);
    own.forEach((move, index) => {
      where.set(move.domain, move.to);
      // Those that are to be together leave one after another: it is the last end that counts.
      if (group.kind === 'together' && index < own.length - 1) return;
      const now = faultOf(group, where);
      if (now > fault)
        problems.push(`group ${group.name} (${group.kind}) is broken once ${move.id} has ended`);
      fault = now;
    });
    return problems;
  }

  /** How far a group is from what it should be; 0: it holds. */
  function faultOf({ kind, zones }: GroupSpec, where: ReadonlyMap<string, string>): number {
    const used = new Set(where.values());
    switch (kind) {
      case 'apart':
        return where.size - used.size;
      case 'together':
        return used.size - 1;
      case 'spread':
        return Math.max(0, zones - new Set([...used].map((host) => zoneOf.get(host))).size);
      default:
        return kind satisfies never;
    }
  }
}

function overlaps({ name }: GroupSpec, own: readonly PlannedMove[]): string[] {
  const byStart = [...own].sort((a, b) => a.startS - b.startS);
  return byStart.flatMap((move, index) => {
    const before = byStart[index - 1];
    return before && before.endS > move.startS
      ? [`group ${name}: ${before.id} and ${move.id} are moved at once`]
      : [];
  });
}
