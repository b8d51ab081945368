import { connect } from 'node:net';
import type { UnixTarget } from '../uri.ts';
import { connectError, connected, socketTransport } from './socket.ts';
import type { Transport } from './transport.ts';

/** Tries the target's sockets in order: libvirtd's first, then that of the modular daemon. */
export async function openUnix({ sockets }: UnixTarget, signal: AbortSignal): Promise<Transport> {
  let failure: unknown;
  for (const path of sockets) {
    const socket = connect({ path });
    try {
      await connected(socket, 'connect', signal);
      return socketTransport(socket, path);
    } catch (error) {
      if (signal.aborted) throw error;
      failure ??= error;
    }
  }
  throw connectError(
    sockets[0] ?? 'libvirt',
    failure,
    'check that libvirtd or virtqemud runs and that you may use it',
  );
}
