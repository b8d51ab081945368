/**
 * Waits until all have ended, then throws the first failure if there is one. With Promise.all the others would work on
 * while their lab is being removed, and make again what was just deleted.
 */
export async function settled<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
