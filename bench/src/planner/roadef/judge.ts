import type { Instance } from './instance.ts';

/**
 * What a solution costs and what it breaks, computed straight from the challenge's description and sharing nothing with
 * the search.
 */
export function judge(instance: Instance, before: Int32Array, after: Int32Array) {
  const { resources, machines, services, processes, balances } = instance;
  const broken: string[] = [];
  const used = machines.map(() => resources.map(() => 0));
  const reserved = machines.map(() => resources.map(() => 0));
  const add = (
    table: number[][],
    machine: number,
    need: readonly number[],
    which: (r: number) => boolean,
  ) => {
    const row = table[machine];
    if (!row) throw new Error(`there is no machine ${machine}`);
    need.forEach((size, r) => {
      if (which(r)) row[r] = (row[r] ?? 0) + size;
    });
  };
  processes.forEach(({ need }, p) => {
    const [from, to] = [before[p] ?? -1, after[p] ?? -1];
    add(used, to, need, () => true);
    if (from !== to) add(reserved, from, need, (r) => resources[r]?.transient === true);
  });
  let loadCost = 0;
  let balanceCost = 0;
  machines.forEach(({ capacity, safety }, m) => {
    resources.forEach(({ weight }, r) => {
      const use = used[m]?.[r] ?? 0;
      if (use + (reserved[m]?.[r] ?? 0) > (capacity[r] ?? 0))
        broken.push(`capacity of machine ${m}, resource ${r}`);
      loadCost += weight * Math.max(0, use - (safety[r] ?? 0));
    });
    for (const { first, second, target, weight } of balances) {
      const free = (r: number) => (capacity[r] ?? 0) - (used[m]?.[r] ?? 0);
      balanceCost += weight * Math.max(0, target * free(first) - free(second));
    }
  });
  const hostsOf = services.map(() => [] as number[]);
  const movedOf = services.map(() => 0);
  let processCost = 0;
  let machineCost = 0;
  processes.forEach(({ service, moveCost }, p) => {
    const [from, to] = [before[p] ?? -1, after[p] ?? -1];
    hostsOf[service]?.push(to);
    if (from === to) return;
    movedOf[service] = (movedOf[service] ?? 0) + 1;
    processCost += moveCost;
    machineCost += machines[from]?.moveCost[to] ?? 0;
  });
  services.forEach(({ spread, dependsOn }, s) => {
    const hosts = hostsOf[s] ?? [];
    if (new Set(hosts).size < hosts.length) broken.push(`service ${s} twice on a machine`);
    if (new Set(hosts.map((m) => machines[m]?.location)).size < spread) broken.push(`spread of service ${s}`);
    for (const other of dependsOn) {
      const there = new Set((hostsOf[other] ?? []).map((m) => machines[m]?.neighbourhood));
      if (hosts.some((m) => !there.has(machines[m]?.neighbourhood)))
        broken.push(`service ${s} needs service ${other}`);
    }
  });
  const cost =
    loadCost +
    balanceCost +
    instance.processWeight * processCost +
    instance.serviceWeight * Math.max(0, ...movedOf) +
    instance.machineWeight * machineCost;
  return { cost, broken };
}
