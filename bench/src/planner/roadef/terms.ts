import { BROKEN, type MakeTerm } from '@virt-ferry/fleet/search';
import type { Instance } from './instance.ts';

/** Free room of one resource that goes unused for want of another. */
export function balance({ machines, balances }: Instance): MakeTerm {
  return ({ problem: { hostCount, resources, demand, capacity }, use }) => {
    const costs = new Float64Array(hostCount);
    const first = Int32Array.from(balances, (one) => one.first);
    const second = Int32Array.from(balances, (one) => one.second);
    const target = Float64Array.from(balances, (one) => one.target);
    const weight = Float64Array.from(balances, (one) => one.weight);
    let sum = 0;
    // `domain` is taken as if it were there; -1: none.
    const costOf = (host: number, domain: number): number => {
      let cost = 0;
      const [at, from] = [host * resources, domain * resources];
      for (let b = 0; b < first.length; b++) {
        const [one, two] = [first[b] ?? 0, second[b] ?? 0];
        let freeOne = (capacity[at + one] ?? 0) - (use[at + one] ?? 0);
        let freeTwo = (capacity[at + two] ?? 0) - (use[at + two] ?? 0);
        if (domain >= 0) {
          freeOne -= demand[from + one] ?? 0;
          freeTwo -= demand[from + two] ?? 0;
        }
        const lacking = (target[b] ?? 0) * freeOne - freeTwo;
        if (lacking > 0) cost += lacking * (weight[b] ?? 0);
      }
      return cost;
    };
    const follow = (_domain: number, host: number) => {
      const cost = costOf(host, -1);
      sum += cost - (costs[host] ?? 0);
      costs[host] = cost;
    };
    return {
      insertion: (domain, host) => costOf(host, domain) - (costs[host] ?? 0),
      inserted: follow,
      removed: follow,
      value: () => sum,
      recompute() {
        sum = 0;
        for (let host = 0; host < machines.length; host++) {
          costs[host] = costOf(host, -1);
          sum += costs[host] ?? 0;
        }
      },
      heat: (host) => costs[host] ?? 0,
    };
  };
}

/** What it costs to move from one machine to another, on top of each process's own price. */
export function machineMoves({ machines, machineWeight }: Instance): MakeTerm {
  return ({ problem: { start, hostCount }, hostOf }) => {
    const prices = Float64Array.from(
      machines.flatMap(({ moveCost }) => moveCost),
      (cost) => cost * machineWeight,
    );
    const priceOf = (domain: number, host: number) => prices[(start[domain] ?? 0) * hostCount + host] ?? 0;
    let sum = 0;
    return {
      insertion: priceOf,
      inserted(domain, host) {
        sum += priceOf(domain, host);
      },
      removed(domain, host) {
        sum -= priceOf(domain, host);
      },
      value: () => sum,
      recompute() {
        sum = 0;
        hostOf.forEach((host, domain) => {
          sum += priceOf(domain, host);
        });
      },
    };
  };
}

/** The largest number of processes moved within one service. */
export function serviceMoves({ processes, services, serviceWeight }: Instance): MakeTerm {
  return ({ problem: { start, domainCount }, hostOf }) => {
    const serviceOf = Int32Array.from(processes, ({ service }) => service);
    const moved = new Int32Array(services.length);
    /** How many services have so many moved processes. */
    const having = new Int32Array(domainCount + 1);
    let most = 0;
    const change = (domain: number, by: 1 | -1) => {
      const service = serviceOf[domain] ?? 0;
      const count = (moved[service] ?? 0) + by;
      moved[service] = count;
      having[count] = (having[count] ?? 0) + 1;
      having[count - by] = (having[count - by] ?? 0) - 1;
      if (count > most) most = count;
      else if (by === -1 && count + 1 === most && having[most] === 0) most--;
    };
    return {
      insertion: (domain, host) =>
        host !== start[domain] && moved[serviceOf[domain] ?? 0] === most ? serviceWeight : 0,
      inserted(domain, host) {
        if (host !== start[domain]) change(domain, 1);
      },
      removed(domain, host) {
        if (host !== start[domain]) change(domain, -1);
      },
      value: () => most * serviceWeight,
      recompute() {
        moved.fill(0);
        having.fill(0);
        having[0] = services.length;
        most = 0;
        hostOf.forEach((host, domain) => {
          if (host !== start[domain]) change(domain, 1);
        });
      },
    };
  };
}

/** Each process of a service has one of every service that it depends on in its neighbourhood. */
export function dependencies({ machines, services, processes }: Instance): MakeTerm {
  return ({ hostOf }) => {
    const areas = 1 + Math.max(0, ...machines.map(({ neighbourhood }) => neighbourhood));
    const areaOf = Int32Array.from(machines, ({ neighbourhood }) => neighbourhood);
    const serviceOf = Int32Array.from(processes, ({ service }) => service);
    const needs = services.map(({ dependsOn }) => [...new Set(dependsOn)]);
    const neededBy: number[][] = services.map(() => []);
    needs.forEach((others, service) => {
      for (const other of others) neededBy[other]?.push(service);
    });
    /** [service × areas + area] */
    const counts = new Int32Array(services.length * areas);
    let broken = 0;
    const has = (service: number, area: number) => (counts[service * areas + area] ?? 0) > 0;
    // A service in an area where one that it needs is not is broken once for each such one.
    const lacking = (service: number, area: number): number => {
      let count = 0;
      for (const other of needs[service] ?? []) if (!has(other, area)) count++;
      return count;
    };
    const leaning = (service: number, area: number): number => {
      let count = 0;
      for (const other of neededBy[service] ?? []) if (other !== service && has(other, area)) count++;
      return count;
    };
    return {
      insertion(domain, host) {
        const [service, area] = [serviceOf[domain] ?? 0, areaOf[host] ?? 0];
        if (has(service, area)) return 0;
        const lack = lacking(service, area) - (needs[service]?.includes(service) ? 1 : 0);
        return (lack - leaning(service, area)) * BROKEN;
      },
      inserted(domain, host) {
        const [service, area] = [serviceOf[domain] ?? 0, areaOf[host] ?? 0];
        const at = service * areas + area;
        counts[at] = (counts[at] ?? 0) + 1;
        if (counts[at] === 1) broken += lacking(service, area) - leaning(service, area);
      },
      removed(domain, host) {
        const [service, area] = [serviceOf[domain] ?? 0, areaOf[host] ?? 0];
        const at = service * areas + area;
        if (counts[at] === 1) broken -= lacking(service, area) - leaning(service, area);
        counts[at] = (counts[at] ?? 0) - 1;
      },
      value: () => broken * BROKEN,
      recompute() {
        counts.fill(0);
        hostOf.forEach((host, domain) => {
          const at = (serviceOf[domain] ?? 0) * areas + (areaOf[host] ?? 0);
          counts[at] = (counts[at] ?? 0) + 1;
        });
        broken = 0;
        for (let service = 0; service < services.length; service++)
          for (let area = 0; area < areas; area++) if (has(service, area)) broken += lacking(service, area);
      },
    };
  };
}
