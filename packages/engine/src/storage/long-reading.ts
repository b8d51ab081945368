/** Whole images that are being read, which takes minutes and is no silence of a host. */
export interface LongReading {
  during<T>(reading: Promise<T>): Promise<T>;
  /** Resolves when what is being read now has been read; `null` while nothing is. */
  end(): Promise<unknown> | null;
}

export function longReading(): LongReading {
  const open = new Set<Promise<unknown>>();
  return {
    during(reading) {
      open.add(reading);
      return reading.finally(() => open.delete(reading));
    },
    end: () => (open.size === 0 ? null : Promise.allSettled([...open])),
  };
}
