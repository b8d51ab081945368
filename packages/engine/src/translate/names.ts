import type { Changes, Mapping } from '../model.ts';

/** What things of the source are called on the destination. */
export interface Names {
  /** A file or a directory; the longest mapping that it is in counts. */
  path(path: string): string;
  network(name: string): string;
  bridge(name: string): string;
  /** Nothing has another name. */
  readonly alike: boolean;
}

export function namesFor({
  paths,
  networks,
  bridges,
}: Pick<Changes, 'paths' | 'networks' | 'bridges'>): Names {
  const byLength = paths.toSorted((a, b) => b.from.length - a.from.length);
  return {
    path(path) {
      const mapping = byLength.find(({ from }) => isIn(path, from));
      return mapping ? mapping.to + path.slice(mapping.from.length) : path;
    },
    network: (name) => renamed(name, networks),
    bridge: (name) => renamed(name, bridges),
    alike: paths.length + networks.length + bridges.length === 0,
  };
}

/** All is called the same on both hosts. */
export const sameNames: Names = namesFor({ paths: [], networks: [], bridges: [] });

/** Whether a path is a directory or in it. */
export function isIn(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

function renamed(name: string, mappings: readonly Mapping[]): string {
  return mappings.find(({ from }) => from === name)?.to ?? name;
}
