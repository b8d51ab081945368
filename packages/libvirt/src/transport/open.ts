import type { Target } from '../uri.ts';
import type { Transport } from './transport.ts';

/**
 * Connects to where a URI points. Throws a {@link LibvirtError} with code `connect`, `tls` or `auth`. Each transport is
 * loaded when it is needed: Node's TLS alone takes as long as the rest of the client.
 */
export async function openTransport(target: Target, signal: AbortSignal): Promise<Transport> {
  switch (target.transport) {
    case 'unix':
      return (await import('./unix.ts')).openUnix(target, signal);
    case 'tcp':
      return (await import('./tcp.ts')).openTcp(target, signal);
    case 'tls':
      return (await import('./tls.ts')).openTls(target, signal);
    case 'ssh':
      return (await import('./ssh.ts')).openSsh(target, signal);
    default:
      return target satisfies never;
  }
}
