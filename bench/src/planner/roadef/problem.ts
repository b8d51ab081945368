import { apart, type MakeTerm, movePrice, overload, type Problem, spread } from '@virt-ferry/fleet/search';
import type { Instance } from './instance.ts';
import { balance, dependencies, machineMoves, serviceMoves } from './terms.ts';

/** The challenge in the terms of the search: processes are domains, machines are hosts. */
export function asProblem(instance: Instance, start: Int32Array): { problem: Problem; terms: MakeTerm[] } {
  const { machines, processes, resources, services } = instance;
  const problem: Problem = {
    domainCount: processes.length,
    hostCount: machines.length,
    resources: resources.length,
    demand: Float64Array.from(processes.flatMap(({ need }) => need)),
    capacity: Float64Array.from(machines.flatMap(({ capacity }) => capacity)),
    transient: Uint8Array.from(resources, ({ transient }) => Number(transient)),
    start,
    movable: Int32Array.from(processes.keys()),
    isMovable: () => true,
    allows: () => true,
  };
  const members: number[][] = services.map(() => []);
  processes.forEach(({ service }, p) => {
    members[service]?.push(p);
  });
  const several = members.filter((group) => group.length > 1);
  const groupsOf = new Map(several.flatMap((group, index) => group.map((p) => [p, [index]] as const)));
  const spreads = services.flatMap(({ spread: zones }, s) =>
    zones > 1 ? [{ zones, domains: members[s] ?? [] }] : [],
  );
  const zoneOf = Int32Array.from(machines, ({ location }) => location);
  const zoneCount = 1 + Math.max(...zoneOf);
  const prices = Float64Array.from(processes, ({ moveCost }) => moveCost * instance.processWeight);
  const terms = [
    apart(several, groupsOf),
    ...(spreads.length > 0 ? [spread(spreads, zoneOf, zoneCount)] : []),
    ...(services.some(({ dependsOn }) => dependsOn.length > 0) ? [dependencies(instance)] : []),
    overload(
      Float64Array.from(resources, ({ weight }) => weight),
      Float64Array.from(machines.flatMap(({ safety }) => safety)),
    ),
    ...(instance.balances.length > 0 ? [balance(instance)] : []),
    movePrice(prices),
    machineMoves(instance),
    ...(instance.serviceWeight > 0 ? [serviceMoves(instance)] : []),
  ];
  return { problem, terms };
}
