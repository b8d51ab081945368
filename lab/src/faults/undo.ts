/** Takes back what a fault did. To be called again is harmless: what was taken back stays so. */
export type Undo = () => Promise<void>;

/** Makes an undo of what must be done once only. If it fails it may be tried again. */
export function undoOnce(act: () => Promise<void>): Undo {
  let isDone = false;
  return async () => {
    if (isDone) return;
    await act();
    isDone = true;
  };
}
