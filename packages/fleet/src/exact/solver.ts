/** What came of a program: the value of each variable that isn't 0, or nothing better than a limit. */
export interface Solution {
  /** No solution is better. */
  readonly optimal: boolean;
  readonly values: ReadonlyMap<string, number>;
}

/** Solves an integer program in the LP format of CPLEX within some seconds; `null`: nothing was found. */
export type Solver = (program: string, limitS: number) => Solution | null;

/** HiGHS, compiled to WebAssembly. Loads some megabytes, so only where a fleet is small enough. */
export async function loadSolver(): Promise<Solver> {
  const { default: loaded } = await import('highs');
  // Its types take its module for one that is wrapped, which it isn't.
  const highs = await (loaded as unknown as typeof loaded.default)();
  return (program, limitS) => {
    // A solver that begins anew each time, on one thread, is the same for the same program.
    const { Status, Columns } = highs.solve(program, { time_limit: limitS, output_flag: false });
    const values = new Map<string, number>();
    for (const [name, column] of Object.entries(Columns)) {
      const value = 'Primal' in column ? column.Primal : 0;
      if (Number.isFinite(value) && value !== 0) values.set(name, value);
    }
    return values.size === 0 ? null : { optimal: Status === 'Optimal', values };
  };
}
