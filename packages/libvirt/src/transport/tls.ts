import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { LibvirtError, messageOf } from '../errors.ts';
import { peerOf, type TlsTarget } from '../uri.ts';
import { connectError, connected, socketTransport } from './socket.ts';
import type { Transport } from './transport.ts';

/** After the handshake the daemon sends this one byte if it accepts the client's certificate. */
const GREETING = 1;

export async function openTls(target: TlsTarget, signal: AbortSignal): Promise<Transport> {
  const { host, port } = target;
  const peer = peerOf(target);
  const { ca, cert, key, from } = await readCertificates(target);
  const socket = connect({
    host,
    port,
    ca,
    cert,
    key,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: target.verify,
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  try {
    await connected(socket, 'secureConnect', signal);
  } catch (error) {
    if (signal.aborted) throw error;
    if (isHandshakeError(error)) {
      const why = `cannot trust ${peer}: ${error.message}; check its certificate against the CA in ${from.ca}`;
      throw new LibvirtError('tls', why, { cause: error });
    }
    throw connectError(peer, error, 'check that libvirt listens for tls there');
  }
  socket.setNoDelay(true);
  await greeted(socket, peer, from.cert, signal);
  return socketTransport(socket, peer);
}

/** Reads the greeting. A daemon that rejects our certificate closes instead. */
async function greeted(
  socket: TLSSocket,
  peer: string,
  certPath: string,
  signal: AbortSignal,
): Promise<void> {
  const refused = (cause?: unknown) =>
    new LibvirtError('tls', `${peer} refused the client certificate ${certPath}; check which CA it trusts`, {
      cause,
    });
  let greeting: Buffer | null;
  try {
    do {
      greeting = socket.read(1);
      if (greeting === null) {
        if (socket.readableEnded) throw refused();
        await Promise.race([once(socket, 'readable', { signal }), once(socket, 'close', { signal })]);
      }
    } while (greeting === null && !socket.destroyed);
  } catch (error) {
    socket.destroy();
    if (signal.aborted || error instanceof LibvirtError) throw error;
    throw refused(error);
  }
  if (greeting?.[0] !== GREETING) {
    socket.destroy();
    throw refused();
  }
}

interface Certificates {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly from: { readonly ca: string; readonly cert: string };
}

/** Reads the CA, our certificate and our key from the first place that has them, as libvirt's own client does. */
async function readCertificates(target: TlsTarget): Promise<Certificates> {
  let failure: unknown;
  for (const place of target.certificates) {
    const paths = { ca: place.ca, cert: join(place.directory, 'clientcert.pem'), key: place.key };
    try {
      const [ca, cert, key] = await Promise.all([
        readFile(paths.ca),
        readFile(paths.cert),
        readFile(paths.key),
      ]);
      return { ca, cert, key, from: paths };
    } catch (error) {
      failure ??= error;
    }
  }
  throw new LibvirtError(
    'tls',
    `no client certificate for qemu+tls: ${messageOf(failure)}; see pkipath in libvirt's URI docs`,
    {
      cause: failure,
    },
  );
}

function isHandshakeError(error: unknown): error is Error {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_)/.test(
    String(error.code),
  );
}
