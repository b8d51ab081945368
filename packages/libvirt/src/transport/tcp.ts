import { connect } from 'node:net';
import type { TcpTarget } from '../uri.ts';
import { connectError, connected, socketTransport } from './socket.ts';
import type { Transport } from './transport.ts';

export async function openTcp({ host, port }: TcpTarget, signal: AbortSignal): Promise<Transport> {
  const peer = `${host}:${port} (tcp)`;
  const socket = connect({ host, port, noDelay: true });
  try {
    await connected(socket, 'connect', signal);
  } catch (error) {
    if (signal.aborted) throw error;
    throw connectError(peer, error, 'check that libvirt listens for tcp there, or use qemu+ssh://');
  }
  return socketTransport(socket, peer);
}
