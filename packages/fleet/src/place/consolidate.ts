import { fewestHostsExactly } from '../exact/fewest-hosts.ts';
import type { Fleet } from '../model/fleet.ts';
import { makeRoom } from '../search/make-room.ts';
import { Placement } from '../search/placement.ts';
import { Random } from '../search/random.ts';
import { Regret } from '../search/regret.ts';
import { fullness } from '../search/terms/fullness.ts';
import { Trail } from '../search/trail.ts';
import { movesByBytes, takingHosts } from './evenness.ts';
import { coversOneFailure, hasRoomForLargest } from './failure-proof.ts';
import { fewestHosts } from './fewest-hosts.ts';
import type { Effort, Target } from './result.ts';
import { domainHosts, layUnits } from './units.ts';

export interface ConsolidateOptions extends Effort {
  /** Share of each host that stays free, from 0 to 1. */
  readonly headroom?: number;
  /** Whether the other hosts must be able to take the domains of any one that fails. */
  readonly surviveOne?: boolean;
}

const ROUNDS = 4;
/** So many hosts are tried as destinations of one host's domains, the fullest first. */
const CANDIDATES = 256;
const SORT_EVERY = 8;
/** For the exact solution of a small fleet, in seconds. */
const EXACT_S = 10;

/** Empties as many hosts as it can: the emptiest first, whose domains go where they fill a host best. */
export function consolidate(fleet: Fleet, options: ConsolidateOptions): Target {
  const { seed, headroom = 0.1, surviveOne = false, iterations = Number.POSITIVE_INFINITY } = options;
  const units = layUnits(fleet, { headroom });
  const placement = new Placement(units.problem, [
    ...units.rules,
    fullness(weightsOf(fleet)),
    movesByBytes(fleet, units),
  ]);
  const random = new Random(seed);
  const deadline = (options.now?.() ?? 0) + (options.budgetMs ?? Number.POSITIVE_INFINITY);
  const hosts = takingHosts(fleet);
  const open = new Set(hosts.filter((host) => (placement.residents[host] ?? []).length > 0));
  const before = open.size;
  const bound = fewestHosts(units.problem, hosts);
  /** What closing each host moved, and from where, so that it can be opened again. */
  const closed: { readonly host: number; readonly former: readonly (readonly [number, number])[] }[] = [];
  let [tries, closes] = [0, 0];
  let order: readonly number[] = [];
  for (let round = 0, closing = true; round < ROUNDS && closing && open.size > bound; round++) {
    closing = false;
    const emptiestFirst = [...open].sort((a, b) => load(a) - load(b) || a - b);
    for (const host of emptiestFirst) {
      if (open.size <= bound || tries++ >= iterations || (options.now?.() ?? 0) > deadline) break;
      const former = close(host);
      if (former === null) continue;
      closed.push({ host, former });
      open.delete(host);
      closing = true;
    }
  }
  while (surviveOne && closed.length > 0 && !coversOneFailure(placement, open)) reopen();
  placement.recompute();
  const exact =
    options.solver === undefined || open.size <= bound
      ? null
      : fewestHostsExactly(fleet, units, hosts, options.solver, EXACT_S);
  // It knows nothing of failures: a bound it is all the same.
  const better = exact !== null && !surviveOne && exact.hosts < open.size ? exact : null;
  return {
    goal: 'consolidate',
    hostOf: domainHosts(units, better?.hostOf ?? placement.hostOf),
    unplaced: [],
    reasonOf: () => 'empties hosts that are not needed',
    score: {
      ...{ name: 'hosts in use', before, after: better?.hosts ?? open.size },
      bound: exact?.proven ? exact.hosts : bound,
    },
    notes:
      surviveOne && !coversOneFailure(placement, open)
        ? ['the hosts in use could not take the domains of each one that fails, even with no host emptied']
        : [],
  };

  function load(host: number): number {
    return placement.heat(host);
  }

  /** Empties a host; null, and nothing has changed, where that can't be done. */
  function close(host: number) {
    const residents = [...(placement.residents[host] ?? [])];
    if (!residents.every((unit) => units.problem.isMovable(unit))) return null;
    const others = fullestFirst().filter((other) => other !== host && open.has(other));
    if (surviveOne && !hasRoomForLargest(placement, others, host)) return null;
    const former = new Map(residents.map((unit) => [unit, host]));
    const trail = new Trail(placement);
    const regret = new Regret(trail);
    for (const unit of residents) trail.lift(unit);
    const some = others.length > CANDIDATES ? chosen(others) : others;
    const left = regret.insert(residents, some, false);
    const homeless = others.length > CANDIDATES ? regret.insert(left, others, false) : left;
    const done = homeless.every((unit) => {
      const gone = makeRoom(placement, unit, others.slice(0, CANDIDATES), others);
      for (const [other, from] of gone ?? []) if (!former.has(other)) former.set(other, from);
      return gone !== null;
    });
    if (done) return [...former];
    put([...former]);
    return null;
  }

  /** The open hosts. One close changes little, so the order is made anew now and then only. */
  function fullestFirst(): readonly number[] {
    if (closes++ % SORT_EVERY !== 0) return order;
    const loads = new Map([...open].map((host) => [host, load(host)]));
    order = [...open].sort((a, b) => (loads.get(b) ?? 0) - (loads.get(a) ?? 0));
    return order;
  }

  /** Half of them the fullest, the others at random. */
  function chosen(others: readonly number[]): number[] {
    const rest = others.slice(CANDIDATES / 2);
    random.shuffle(rest);
    return [...others.slice(0, CANDIDATES / 2), ...rest.slice(0, CANDIDATES / 2)];
  }

  function put(former: readonly (readonly [number, number])[]): void {
    for (const [unit] of former) if ((placement.hostOf[unit] ?? -1) >= 0) placement.remove(unit);
    for (const [unit, host] of former) placement.insert(unit, host);
  }

  function reopen(): void {
    const last = closed.pop();
    if (!last) return;
    put(last.former);
    open.add(last.host);
  }
}

function weightsOf({ resources }: Fleet): Float64Array {
  return Float64Array.from({ length: resources }, (_, r) => (r < 2 ? 1 : 0));
}
