/** An instance of the machine reassignment problem (ROADEF/EURO challenge 2012), as its file has it. */
export interface Instance {
  readonly resources: readonly { readonly transient: boolean; readonly weight: number }[];
  readonly machines: readonly {
    readonly neighbourhood: number;
    readonly location: number;
    readonly capacity: readonly number[];
    readonly safety: readonly number[];
    readonly moveCost: readonly number[];
  }[];
  readonly services: readonly { readonly spread: number; readonly dependsOn: readonly number[] }[];
  readonly processes: readonly {
    readonly service: number;
    readonly need: readonly number[];
    readonly moveCost: number;
  }[];
  readonly balances: readonly {
    readonly first: number;
    readonly second: number;
    readonly target: number;
    readonly weight: number;
  }[];
  readonly processWeight: number;
  readonly serviceWeight: number;
  readonly machineWeight: number;
}

/** Reads the model file: whole numbers separated by white space. */
export function readInstance(text: string): Instance {
  const next = numbers(text);
  const many = <T>(count: number, read: () => T): T[] => Array.from({ length: count }, read);
  const resources = many(next(), () => ({ transient: next() === 1, weight: next() }));
  const machineCount = next();
  const machines = many(machineCount, () => ({
    neighbourhood: next(),
    location: next(),
    capacity: many(resources.length, next),
    safety: many(resources.length, next),
    moveCost: many(machineCount, next),
  }));
  const services = many(next(), () => ({ spread: next(), dependsOn: many(next(), next) }));
  const processes = many(next(), () => ({
    service: next(),
    need: many(resources.length, next),
    moveCost: next(),
  }));
  const balances = many(next(), () => ({ first: next(), second: next(), target: next(), weight: next() }));
  const [processWeight, serviceWeight, machineWeight] = [next(), next(), next()];
  return {
    ...{ resources, machines, services, processes, balances },
    ...{ processWeight, serviceWeight, machineWeight },
  };
}

/** The machine of each process. */
export function readAssignment(text: string): Int32Array {
  return Int32Array.from(text.trim().split(/\s+/), Number);
}

function numbers(text: string): () => number {
  const words = text.trim().split(/\s+/);
  let at = 0;
  return () => {
    const value = Number(words[at++]);
    if (!Number.isInteger(value)) throw new Error(`the instance ends early, or has no number at word ${at}`);
    return value;
  };
}
