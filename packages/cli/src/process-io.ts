import type { Io } from './io.ts';

/** The real terminal, clock and engine. */
export const processIo: Io = {
  input: process.stdin,
  out: process.stdout,
  err: process.stderr,
  env: process.env,
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  engine: () => import('@virt-ferry/engine'),
  onInterrupt(listener) {
    // A terminal that is closed, or an ssh that breaks, is no reason to leave a move alone: `ferry watch` finds it again.
    const goOn = () => undefined;
    process.on('SIGINT', listener).on('SIGTERM', listener).on('SIGHUP', goOn);
    return () => process.off('SIGINT', listener).off('SIGTERM', listener).off('SIGHUP', goOn);
  },
  leave: (exitCode) => process.exit(exitCode),
};

/**
 * A reader that has gone (`ferry list | head -1`), or a terminal that was closed, is no reason to fall over, least of
 * all in the middle of a move.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}
