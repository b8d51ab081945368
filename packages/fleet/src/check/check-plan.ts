import type { DomainSpec, FleetSpec, HostSpec } from '../model/spec.ts';
import type { Plan, PlannedMove } from '../plan.ts';
import { groupProblems } from './check-groups.ts';
import { orderProblems } from './check-order.ts';

/** Rates and times are compared with so much to spare, as sums of fractions don't come out even. */
const TOLERANCE = 1e-6;

/**
 * Replays a plan over the fleet as its inventory describes it and says what is wrong with it, one line each. It shares
 * nothing with the planner but the plan's form: no typed arrays, no search, no schedule.
 */
export function checkPlan(fleet: FleetSpec, plan: Plan): string[] {
  const world = new World(fleet);
  const problems = orderProblems(fleet, plan);
  // What ends at a moment is over before what starts then.
  const events = plan.moves
    .flatMap((move) => [
      { atS: move.startS, ends: false, move },
      { atS: move.endS, ends: true, move },
    ])
    .sort((a, b) => a.atS - b.atS || Number(b.ends) - Number(a.ends));
  for (const { atS, ends, move } of events) {
    const found = ends ? world.end(move) : world.start(move);
    problems.push(...found.map((problem) => `${move.id} at ${atS} s: ${problem}`));
  }
  problems.push(...groupProblems(fleet, plan));
  const last = Math.max(0, ...plan.moves.map(({ endS }) => endS));
  if (Math.abs(last - plan.makespanS) > TOLERANCE)
    problems.push(`the makespan is ${plan.makespanS} s, but the last move ends at ${last} s`);
  if (plan.lowerBoundS > plan.makespanS + TOLERANCE)
    problems.push(`the bound of ${plan.lowerBoundS} s is above the makespan of ${plan.makespanS} s`);
  return problems;
}

/** The hosts and domains at one moment. */
class World {
  readonly #fleet: FleetSpec;
  readonly #hosts: ReadonlyMap<string, HostSpec>;
  readonly #domains: ReadonlyMap<string, DomainSpec>;
  readonly #on: Map<string, Set<DomainSpec>>;
  readonly #where: Map<string, string>;
  readonly #running = new Set<PlannedMove>();

  constructor(fleet: FleetSpec) {
    this.#fleet = fleet;
    this.#hosts = new Map(fleet.hosts.map((host) => [host.name, host]));
    this.#domains = new Map(fleet.domains.map((domain) => [domain.name, domain]));
    this.#on = new Map(fleet.hosts.map(({ name }) => [name, new Set()]));
    this.#where = new Map(fleet.domains.map(({ name, host }) => [name, host]));
    for (const domain of fleet.domains) this.#on.get(domain.host)?.add(domain);
  }

  start(move: PlannedMove): string[] {
    const [domain, to] = [this.#domains.get(move.domain), this.#hosts.get(move.to)];
    if (!domain || !to) return ['there is no such domain or host'];
    const problems = mayMove(domain, to);
    if (this.#where.get(domain.name) !== move.from) problems.push(`${domain.name} is not on ${move.from}`);
    if ([...this.#running].some((other) => other.domain === move.domain))
      problems.push(`${domain.name} is being moved already`);
    this.#on.get(to.name)?.add(domain);
    this.#running.add(move);
    const least = (domain.residentBytes + domain.localDiskBytes) * (1 - TOLERANCE);
    if (move.bytes < least) problems.push(`sends ${move.bytes} bytes of ${least}`);
    if (move.endS - move.startS < this.#fleet.setupS) problems.push('is over before it is set up');
    return [...problems, ...this.#overfull(to), ...this.#overdrawn(move)];
  }

  end(move: PlannedMove): string[] {
    const domain = this.#domains.get(move.domain);
    if (domain) this.#on.get(move.from)?.delete(domain);
    this.#where.set(move.domain, move.to);
    this.#running.delete(move);
    return [];
  }

  #overfull(host: HostSpec): string[] {
    const here = [...(this.#on.get(host.name) ?? [])];
    const problems: string[] = [];
    const compare = (what: string, used: number, has: number) => {
      if (used > has) problems.push(`${host.name} has ${has} of ${what}, and ${used} are wanted`);
    };
    const sum = (of: (domain: DomainSpec) => number) => here.reduce((all, domain) => all + of(domain), 0);
    const huge = ({ hugepages }: { hugepages: readonly { bytes: number }[] }) =>
      hugepages.reduce((all, { bytes }) => all + bytes, 0);
    const ofNode = ({ hugepages }: DomainSpec | HostSpec, node: number) =>
      hugepages.reduce((all, one) => all + (one.node === node ? one.bytes : 0), 0);
    compare(
      'vCPUs',
      sum(({ vcpus }) => vcpus),
      host.cpus * host.overcommit,
    );
    compare(
      'local disk',
      sum(({ localDiskBytes }) => localDiskBytes),
      host.diskBytes,
    );
    compare(
      'memory',
      sum((domain) => Math.max(0, domain.memoryBytes - huge(domain))),
      host.memoryBytes - huge(host),
    );
    for (const node of new Set(here.flatMap(({ hugepages }) => hugepages.map((one) => one.node))))
      compare(
        `huge pages of node ${node}`,
        sum((domain) => ofNode(domain, node)),
        ofNode(host, node),
      );
    return problems;
  }

  #overdrawn(move: PlannedMove): string[] {
    const running = [...this.#running];
    const rate = ({ bytes, startS, endS }: PlannedMove) =>
      bytes / Math.max(TOLERANCE, endS - startS - this.#fleet.setupS);
    const problems: string[] = [];
    const compare = (what: string, moves: readonly PlannedMove[], bytesPerS: number, atOnce: number) => {
      const used = moves.reduce((all, one) => all + rate(one), 0);
      if (used > bytesPerS * (1 + TOLERANCE))
        problems.push(`${what} carries ${used} of ${bytesPerS} bytes/s`);
      if (moves.length > atOnce) problems.push(`${what} takes part in ${moves.length} moves of ${atOnce}`);
    };
    const [from, to] = [this.#hosts.get(move.from), this.#hosts.get(move.to)];
    const of = (host: string) => running.filter((one) => one.from === host || one.to === host);
    const any = Number.POSITIVE_INFINITY;
    if (from) {
      compare(
        `${from.name} (out)`,
        running.filter((one) => one.from === from.name),
        from.outBytesPerS,
        any,
      );
      compare(from.name, of(from.name), any, from.movesAtOnce);
    }
    if (to) {
      compare(
        `${to.name} (in)`,
        running.filter((one) => one.to === to.name),
        to.inBytesPerS,
        any,
      );
      compare(to.name, of(to.name), any, to.movesAtOnce);
    }
    compare('the network', running, this.#fleet.coreBytesPerS, this.#fleet.movesAtOnce);
    return problems;
  }
}

function mayMove(domain: DomainSpec, to: HostSpec): string[] {
  const problems: string[] = [];
  if (domain.pinned) problems.push(`${domain.name} is pinned`);
  if (domain.notMovable !== null) problems.push(`${domain.name} can't be moved: ${domain.notMovable}`);
  if (to.maintenance) problems.push(`${to.name} is in maintenance`);
  for (const need of domain.needs)
    if (!to.has.includes(need)) problems.push(`${domain.name} needs ${need}, which ${to.name} lacks`);
  if (domain.onlyOn !== null && !domain.onlyOn.includes(to.name))
    problems.push(`${domain.name} may not be on ${to.name}`);
  return problems;
}
