import { homedir } from 'node:os';
import { join } from 'node:path';
import { LibvirtError } from './errors.ts';

/** Where a certificate, its key and the CA are looked for. */
export interface CertificatePlace {
  readonly ca: string;
  readonly directory: string;
  readonly key: string;
}

interface Common {
  /** The URI that the daemon itself opens, for example `qemu:///system`. */
  readonly name: string;
}
export interface UnixTarget extends Common {
  readonly transport: 'unix';
  /** Paths to try, in this order. */
  readonly sockets: readonly string[];
}
export interface TcpTarget extends Common {
  readonly transport: 'tcp';
  readonly host: string;
  readonly port: number;
}
export interface TlsTarget extends Common {
  readonly transport: 'tls';
  readonly host: string;
  readonly port: number;
  readonly verify: boolean;
  readonly certificates: readonly CertificatePlace[];
}
export interface SshTarget extends Common {
  readonly transport: 'ssh';
  readonly host: string;
  readonly port: number | null;
  readonly user: string | null;
  readonly keyfile: string | null;
  /** Whether ssh may ask on the terminal. */
  readonly tty: boolean;
  readonly verify: boolean;
  /** The ssh program. */
  readonly command: string;
  readonly proxy: 'auto' | 'native' | 'netcat';
  readonly netcat: string | null;
  readonly socket: string | null;
  /** What its connection shares with others; not part of a URI. */
  readonly login?: SharedLogin | undefined;
}

/**
 * One login on a host that several connections share, as ssh does it by ControlMaster: logging in costs both hosts some
 * hundred milliseconds, another session over the same login a tenth of that.
 */
export interface SharedLogin {
  /** Of a socket, in a directory that is nobody else's. */
  readonly controlPath: string;
  /** The first logs in, and its ssh lives until the others have ended; where there is no first one, each logs in by itself. */
  readonly role: 'first' | 'further';
}

/** Where ssh is to go, and as whom, as its arguments before `--` and the host. */
export function destinationArguments({ port, user, keyfile, verify }: SshTarget): string[] {
  return [
    ...(port === null ? [] : ['-p', String(port)]),
    ...(user === null ? [] : ['-l', user]),
    ...(keyfile === null ? [] : ['-i', keyfile, '-o', 'IdentitiesOnly=yes']),
    ...(verify ? [] : ['-o', 'StrictHostKeyChecking=no']),
  ];
}

/** How ssh is told. */
export function loginArguments({ controlPath, role }: SharedLogin): string[] {
  return ['-o', `ControlMaster=${role === 'first' ? 'yes' : 'no'}`, '-o', `ControlPath=${controlPath}`];
}

/** A libvirt URI, understood. Plain data, so that it can be handed to another thread. */
export type Target = UnixTarget | TcpTarget | TlsTarget | SshTarget;

const TCP_PORT = 16_509;
const TLS_PORT = 16_514;
/** Parameters that are about the transport; all others belong to the driver and go on to the daemon. */
const known = new Set(
  'name socket mode keyfile command no_tty no_verify netcat proxy pkipath sshauth known_hosts known_hosts_verify'.split(
    ' ',
  ),
);

/**
 * Understands a libvirt URI, `driver[+transport]://[user@][host][:port]/path[?parameters]`
 * (https://libvirt.org/uri.html). Throws a {@link LibvirtError} with code `uri`.
 */
export function parseUri(uri: string, env: NodeJS.ProcessEnv = process.env): Target {
  const bad = (what: string) => new LibvirtError('uri', `bad libvirt URI ${uri}: ${what}`);
  if (!URL.canParse(uri) || !uri.includes('://')) {
    throw bad(
      'expected driver[+transport]://[user@][host]/path, for example qemu+ssh://root@10.0.0.2/system',
    );
  }
  const url = new URL(uri);
  const [driver = '', transportName] = url.protocol.slice(0, -1).split('+');
  const params = parseQuery(url.search, bad);
  // Silently weaker or stronger ciphers than asked for would be worse than none.
  if (params.has('tls_priority')) throw bad('tls_priority is GnuTLS’s and is not supported');
  const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? null : Number(url.port);
  const flag = (name: string) => params.get(name) === '1';
  const driverParams = [...params].filter(([key]) => !known.has(key));
  const query = driverParams.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  const name = params.get('name') ?? `${driver}://${url.pathname || '/'}${query === '' ? '' : `?${query}`}`;
  const needsHost = () => {
    if (host === '') throw bad(`${url.protocol}// needs a host`);
    return host;
  };
  switch (transportName ?? (host === '' ? 'unix' : 'tls')) {
    case 'unix':
      if (host !== '') throw bad('a UNIX socket has no host; name the socket with ?socket=');
      return { transport: 'unix', name, sockets: sockets(params, driver, url.pathname, env) };
    case 'tcp':
      return { transport: 'tcp', name, host: needsHost(), port: port ?? TCP_PORT };
    case 'tls': {
      const certificates = certificatePlaces(params.get('pkipath'));
      return {
        transport: 'tls',
        name,
        host: needsHost(),
        port: port ?? TLS_PORT,
        verify: !flag('no_verify'),
        certificates,
      };
    }
    case 'ssh':
      return {
        transport: 'ssh',
        name,
        host: needsHost(),
        port,
        user: url.username === '' ? null : decodeURIComponent(url.username),
        keyfile: params.get('keyfile') ?? null,
        tty: !flag('no_tty'),
        verify: !flag('no_verify'),
        command: params.get('command') ?? 'ssh',
        proxy: sshProxy(params, bad),
        netcat: params.get('netcat') ?? null,
        socket: params.get('socket') ?? null,
      };
    default:
      throw bad(`unknown transport ${transportName}; known are unix, tcp, tls and ssh`);
  }
}

/** Who is meant, for messages: `10.0.0.2:16509 (tcp)`. */
export function peerOf(target: Target): string {
  switch (target.transport) {
    case 'unix':
      return target.sockets[0] ?? target.name;
    case 'ssh':
      return `${target.host} (ssh)`;
    case 'tcp':
    case 'tls':
      return `${target.host}:${target.port} (${target.transport})`;
    default:
      return target satisfies never;
  }
}

/** As libvirt does it: only %XX is special, a plus is a plus. */
function parseQuery(search: string, bad: (what: string) => LibvirtError): Map<string, string> {
  const params = new Map<string, string>();
  for (const pair of search.replace(/^\?/, '').split(/[&;]/)) {
    if (pair === '') continue;
    const [key = '', ...rest] = pair.split('=');
    try {
      params.set(decodeURIComponent(key), decodeURIComponent(rest.join('=')));
    } catch {
      throw bad(`the parameter ${pair} is not well escaped`);
    }
  }
  return params;
}

function sockets(
  params: Map<string, string>,
  driver: string,
  path: string,
  env: NodeJS.ProcessEnv,
): string[] {
  const given = params.get('socket');
  if (given !== undefined) return [given];
  const runtime = env.XDG_RUNTIME_DIR ?? join(homedir(), '.cache');
  const directory = path === '/session' ? join(runtime, 'libvirt') : '/var/run/libvirt';
  const legacy = join(directory, 'libvirt-sock');
  const modular = join(directory, `virt${driver}d-sock`);
  if (params.get('mode') === 'legacy') return [legacy];
  return params.get('mode') === 'direct' ? [modular] : [legacy, modular];
}

function certificatePlaces(pkipath: string | undefined): CertificatePlace[] {
  if (pkipath !== undefined) {
    return [{ ca: join(pkipath, 'cacert.pem'), directory: pkipath, key: join(pkipath, 'clientkey.pem') }];
  }
  const own = join(homedir(), '.pki/libvirt');
  return [
    { ca: join(own, 'cacert.pem'), directory: own, key: join(own, 'clientkey.pem') },
    {
      ca: '/etc/pki/CA/cacert.pem',
      directory: '/etc/pki/libvirt',
      key: '/etc/pki/libvirt/private/clientkey.pem',
    },
  ];
}

function sshProxy(params: Map<string, string>, bad: (what: string) => LibvirtError): SshTarget['proxy'] {
  const proxy = params.get('proxy');
  if (proxy === 'auto' || proxy === 'native' || proxy === 'netcat') return proxy;
  if (proxy !== undefined) throw bad(`proxy=${proxy}; expected auto, native or netcat`);
  // virt-ssh-helper finds its socket by itself and netcat is what takes a path, as in libvirt's own client.
  return params.has('netcat') || params.has('socket') ? 'netcat' : 'auto';
}
