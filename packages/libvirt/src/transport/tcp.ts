import { connect } from 'node:net';
import { peerOf, type TcpTarget } from '../uri.ts';
import { connectError, connected, socketTransport } from './socket.ts';
import type { Transport } from './transport.ts';

export async function openTcp(target: TcpTarget, signal: AbortSignal): Promise<Transport> {
  const { host, port } = target;
  const peer = peerOf(target);
  const socket = connect({ host, port, noDelay: true });
  try {
    await connected(socket, 'connect', signal);
  } catch (error) {
    if (signal.aborted) throw error;
    throw connectError(peer, error, 'check that libvirt listens for tcp there, or use qemu+ssh://');
  }
  return socketTransport(socket, peer);
}
