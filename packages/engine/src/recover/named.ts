import type { Step } from './step.ts';

/** What the two sides of a move are called. */
export interface Names {
  readonly source: string;
  readonly destination: string;
}

/** Decisions speak of the source and the destination; people of their hosts. */
export function named(text: string, { source, destination }: Names): string {
  return text.replaceAll(/the source\b/g, () => source).replaceAll(/the destination\b/g, () => destination);
}

export function namedStep<S extends Step>(step: S, names: Names): S {
  const reason = named(step.reason, names);
  switch (step.name) {
    case 'hold':
      return { ...step, reason, look: named(step.look, names) };
    case 'done':
      return { ...step, reason, debts: step.debts.map((debt) => named(debt, names)) };
    default:
      return { ...step, reason };
  }
}
