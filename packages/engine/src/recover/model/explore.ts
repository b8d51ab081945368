import type { Decide } from './ferry.ts';
import { brokenBy } from './invariants.ts';
import { movesFrom } from './moves.ts';
import { calm, type Ending, recovered } from './quiet.ts';
import { startOf } from './start.ts';
import type { Actor, Setting, World } from './world.ts';

export interface Problem {
  readonly what: string;
  readonly by: Actor;
  /** How it came to that, from the beginning. */
  readonly path: readonly string[];
}

export interface Exploration {
  readonly states: number;
  /** The first of each kind, shortest path first. */
  readonly problems: readonly Problem[];
  /** The reasons for which recovery held, with both hosts in reach, and how often. */
  readonly holds: ReadonlyMap<string, number>;
}

/** Visits every state that the setting can come to, breadth first, and recovers from each. */
export function explore(setting: Setting, decide: Decide): Exploration {
  const start = startOf(setting);
  const seen = new Map<string, Visit>();
  const endings = new Map<string, Ending>();
  const problems = new Map<string, Problem>();
  const holds = new Map<string, number>();
  const queue: Visit[] = [];
  const visit = (world: World, label: string, from: Visit | null) => {
    const key = keyOf(world);
    if (seen.has(key)) return;
    const visited = { world, label, from };
    seen.set(key, visited);
    queue.push(visited);
  };
  const report = (what: string, by: Actor, path: readonly string[]) => {
    const key = `${by} ${what}`;
    if (!problems.has(key)) problems.set(key, { what, by, path });
  };
  visit(start, 'start', null);
  for (let at = 0; at < queue.length; at++) {
    const here = queue[at];
    if (!here) break;
    const quiet = calm(here.world, setting);
    const quietKey = keyOf(quiet);
    if (!endings.has(quietKey)) {
      const ending = recovered(quiet, setting, decide);
      endings.set(quietKey, ending);
      if (ending.kind === 'hold') holds.set(ending.reason, (holds.get(ending.reason) ?? 0) + 1);
      if (ending.kind === 'wrong')
        report(ending.problem, 'ferry', [...pathTo(here), '— calm —', ...ending.steps]);
    }
    for (const move of movesFrom(here.world, setting, decide)) {
      const broken = brokenBy(here.world, move, setting);
      // What comes after a broken rule proves nothing more.
      if (broken !== null && move.by === 'ferry') report(broken, move.by, [...pathTo(here), move.label]);
      else {
        if (broken !== null) report(broken, move.by, [...pathTo(here), move.label]);
        visit(move.next, move.label, here);
      }
    }
  }
  return { states: seen.size, problems: [...problems.values()], holds };
}

interface Visit {
  readonly world: World;
  readonly label: string;
  readonly from: Visit | null;
}

function pathTo(visit: Visit): string[] {
  return visit.from ? [...pathTo(visit.from), visit.label] : [];
}

/** Two worlds with the same key have the same future. */
function keyOf({ journal, unwritten, ...world }: World): string {
  const told = [...journal, ...unwritten].map(
    ({ kind, step, data }) => `${kind}${step}${data.ok}${data.refused}`,
  );
  return `${told.join()}|${unwritten.length}|${JSON.stringify(world)}`;
}
