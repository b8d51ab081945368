import type { Fleet } from '../model/fleet.ts';
import { lateAcceptance } from '../search/acceptance.ts';
import { makeRoom } from '../search/make-room.ts';
import { Placement } from '../search/placement.ts';
import { Random } from '../search/random.ts';
import { Regret } from '../search/regret.ts';
import { search } from '../search/search.ts';
import { arrivals } from '../search/terms/arrivals.ts';
import { leave } from '../search/terms/leave.ts';
import { Trail } from '../search/trail.ts';
import { evenness, movesByBytes, takingHosts } from './evenness.ts';
import type { Effort, Target } from './result.ts';
import { domainHosts, layUnits, type Units } from './units.ts';
import { whyUnplaced } from './unplaced.ts';

/** Beside unevenness, which is at most about 1, nothing is worse than to stay. */
const STAY_PRICE = 1e3;
const ARRIVALS_WEIGHT = 1e-7;
/** So many are put onto so many hosts at once; what is left over then sees all hosts. */
const BATCH = 48;
const CANDIDATES = 192;

/** Empties hosts. What can't leave stays, and is named with the reason. */
export function evacuate(fleet: Fleet, leaving: readonly number[], effort: Effort): Target {
  const closed = new Set(leaving);
  const units = layUnits(fleet, { closed });
  const hosts = takingHosts(fleet, closed);
  const placement = new Placement(units.problem, [
    ...units.rules,
    leave(closed, stayPrices(fleet, units)),
    evenness(fleet, hosts),
    movesByBytes(fleet, units),
    arrivals(bytesOf(fleet, units), fleet.hosts.inBytesPerS, ARRIVALS_WEIGHT),
  ]);
  const random = new Random(effort.seed);
  const going = leaving
    .flatMap((host) => placement.residents[host] ?? [])
    .filter((unit) => units.problem.isMovable(unit))
    .sort((a, b) => priorityOf(fleet, units, b) - priorityOf(fleet, units, a));
  const before = leaving.reduce(
    (sum, host) =>
      sum +
      (placement.residents[host] ?? []).reduce((more, unit) => more + (units.members[unit]?.length ?? 0), 0),
    0,
  );
  placeAll(placement, going, hosts, random);
  // Only what has to move anyway is moved about: others are left where they are.
  polish(placement, Int32Array.from(going), random, effort);
  const hostOf = domainHosts(units, placement.hostOf);
  const unplaced = leaving
    .flatMap((host) => placement.residents[host] ?? [])
    .flatMap((unit) => units.members[unit] ?? [])
    .map((domain) => ({
      domain,
      reason: whyUnplaced(fleet, domain, hosts, placement.use, units.problem.capacity),
    }));
  return {
    ...{ goal: 'evacuate', hostOf, unplaced, notes: [] },
    reasonOf: (domain) =>
      closed.has(fleet.domains.host[domain] ?? -1)
        ? `leaves ${fleet.hosts.names[fleet.domains.host[domain] ?? -1]}`
        : 'makes room for one that leaves',
    score: { name: 'domains left on the hosts', before, after: unplaced.length },
  };
}

/** Regret packing in batches; what finds no host then sees all of them, and in the end others make room for it. */
function placeAll(
  placement: Placement,
  going: readonly number[],
  hosts: readonly number[],
  random: Random,
): void {
  const trail = new Trail(placement);
  const regret = new Regret(trail);
  const order = [...hosts];
  const left: number[] = [];
  for (let i = 0; i < going.length; i += BATCH) {
    const batch = going.slice(i, i + BATCH);
    if (order.length > CANDIDATES) random.shuffle(order);
    for (const unit of batch) trail.lift(unit);
    left.push(...regret.insert(batch, order.slice(0, CANDIDATES), false));
  }
  const homeless = hosts.length > CANDIDATES ? regret.insert(left, hosts, false) : left;
  const byRoom = [...hosts].sort((a, b) => placement.heat(a) - placement.heat(b));
  for (const unit of homeless) {
    if (makeRoom(placement, unit, byRoom, hosts)) continue;
    placement.insert(unit, placement.problem.start[unit] ?? 0);
  }
}

function polish(placement: Placement, movable: Int32Array, random: Random, effort: Effort): void {
  const { iterations = 20_000, budgetMs, now } = effort;
  const limit = { iterations, ...(budgetMs === undefined || now === undefined ? {} : { budgetMs, now }) };
  if (movable.length === 0) return;
  const acceptance = lateAcceptance(500, placement.cost());
  search(placement, {
    random,
    limit,
    acceptance,
    movable,
    shares: { shift: 0.6, swap: 0.4, eject: 0, push: 0, ruin: 0 },
  });
}

function stayPrices(fleet: Fleet, units: Units): Float64Array {
  return Float64Array.from(
    units.members,
    (unit, index) => STAY_PRICE * unit.length * (1 + priorityOf(fleet, units, index)),
  );
}

function priorityOf({ domains }: Fleet, { members }: Units, unit: number): number {
  return (members[unit] ?? []).reduce((most, domain) => Math.max(most, domains.priority[domain] ?? 0), 0);
}

function bytesOf({ domains }: Fleet, { members }: Units): Float64Array {
  return Float64Array.from(members, (unit) =>
    unit.reduce(
      (sum, domain) => sum + (domains.residentBytes[domain] ?? 0) + (domains.localDiskBytes[domain] ?? 0),
      0,
    ),
  );
}
