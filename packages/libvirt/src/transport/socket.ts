import type { Socket } from 'node:net';
import { LibvirtError, messageOf } from '../errors.ts';
import type { Transport } from './transport.ts';

/** Waits until a socket has connected, or says why it didn't; `ready` is `connect` or `secureConnect`. */
export function connected(socket: Socket, ready: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', onAbort);
      socket.off(ready, onReady).off('error', onError).off('close', onClose);
      act();
    };
    const fail = (error: unknown) =>
      settle(() => {
        // A late error of a socket that nobody waits for any more must not bring the process down.
        socket.on('error', () => undefined);
        socket.destroy();
        reject(error);
      });
    const onReady = () => settle(resolve);
    const onError = (error: Error) => fail(error);
    const onClose = () => fail(new Error('closed by the other side'));
    const onAbort = () => fail(signal.reason);
    socket.on(ready, onReady).on('error', onError).on('close', onClose);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

export function socketTransport(socket: Socket, peer: string): Transport {
  let cause: Error | undefined;
  socket.on('error', (error: Error) => {
    cause = error;
  });
  return {
    input: socket,
    output: socket,
    peer,
    destroy: () => socket.destroySoon(),
    onEnd: (listener) =>
      socket.once('close', () => {
        const why = cause ? `: ${cause.message}` : '';
        listener(new LibvirtError('disconnected', `the connection to ${peer} ended${why}`, { cause }));
      }),
  };
}

/** What a refused connection most likely means, and what to look at. */
export function connectError(peer: string, cause: unknown, advice: string): LibvirtError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = reasons[code] ?? messageOf(cause);
  return new LibvirtError('connect', `cannot connect to ${peer}: ${reason}; ${advice}`, { cause });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOENT: 'no such socket',
  EACCES: 'permission denied',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to its network',
  ETIMEDOUT: 'no answer',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'its name could not be looked up',
};
