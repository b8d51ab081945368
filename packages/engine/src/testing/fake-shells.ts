import { parseFacts } from '../host-shell/facts.ts';
import type { ClockReading, Reach } from '../host-shell/shell.ts';
import type { Opened, Shells } from '../host-shell/shells.ts';

/** A host's own system as a test wants it: what it prints, and what it answers. */
export interface FakeSystem {
  readonly lines?: readonly string[];
  readonly clock?: ClockReading;
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
  readonly reach?: (host: string, port: number) => Reach;
}

/** Shells on both hosts; `null` for one that nobody may look at. */
export function fakeShells(source: FakeSystem | null = null, destination: FakeSystem | null = null): Shells {
  return {
    source: () => Promise.resolve(opened(source)),
    destination: () => Promise.resolve(opened(destination)),
    close: () => undefined,
  };
}

function opened(system: FakeSystem | null): Opened {
  if (system === null) return { shell: null, reason: 'no-way', why: 'nobody may look at it in this test' };
  const { lines = [], clock, addresses = {}, reach } = system;
  return {
    shell: {
      facts: parseFacts(lines),
      clock: () => Promise.resolve(clock ?? null),
      resolve: (name) => Promise.resolve(addresses[name] ?? []),
      addressTowards: () => Promise.resolve('10.0.0.1'),
      connect: (host, port) => Promise.resolve(reach?.(host, port) ?? 'refused'),
      close: () => undefined,
    },
  };
}
