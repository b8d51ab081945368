import { authenticate } from './auth.ts';
import { bindConnection, type Connection } from './connection.ts';
import { LibvirtError } from './errors.ts';
import { Feature } from './protocol/constants.ts';
import { procedures } from './protocol/procedures/index.ts';
import { RpcClient } from './rpc/client.ts';
import { type Keepalive, type Link, StreamLink } from './rpc/link.ts';
import { openTransport } from './transport/open.ts';
import { parseUri, peerOf, type SharedLogin, type Target } from './uri.ts';

export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the whole of connecting. */
  readonly deadlineMs?: number | undefined;
  /**
   * Where the socket lives: in the caller's thread, in one that answers keepalive whatever the caller does, or in a
   * process that holds the connection for a while after the caller's sudden death.
   */
  readonly link?: 'inline' | 'thread' | 'process' | undefined;
  /** Where it goes through ssh, over a login that other connections share. */
  readonly login?: SharedLogin | undefined;
  /** How often to ask after the daemon; `null` for never. */
  readonly keepalive?: Keepalive | null | undefined;
}

const DEADLINE_MS = 30_000;
/** The defaults of libvirt's own client (src/libvirt.conf). */
const KEEPALIVE: Keepalive = { intervalMs: 5000, count: 5 };

/** Connects to the daemon that a libvirt URI names, as far as a usable driver. Throws a {@link LibvirtError}. */
export async function connect(uri: string, options: ConnectOptions = {}): Promise<Connection> {
  const named = parseUri(uri);
  const target = named.transport === 'ssh' ? { ...named, login: options.login } : named;
  const peer = peerOf(target);
  const { deadlineMs = DEADLINE_MS, keepalive = KEEPALIVE } = options;
  const late = AbortSignal.timeout(deadlineMs);
  const signal = options.signal ? AbortSignal.any([options.signal, late]) : late;
  let link: Link | undefined;
  try {
    const client = new RpcClient();
    link = await open[options.link ?? 'inline'](target, client, signal);
    client.attach(link);
    await authenticate(client, peer, { signal });
    const feature = Feature.keepalive;
    const pings = await client.call(
      'connectSupportsFeature',
      procedures.connectSupportsFeature,
      { feature },
      { signal },
    );
    await client.call('connectOpen', procedures.connectOpen, { name: target.name, flags: 0 }, { signal });
    if (pings.supported && keepalive) link.startKeepalive(keepalive);
    return bindConnection(client, link, peer);
  } catch (error) {
    link?.close();
    if (late.aborted && !options.signal?.aborted) {
      throw new LibvirtError('connect', `cannot connect to ${peer}: no answer within ${deadlineMs} ms`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** Loaded only where they are wanted: each costs a command's start something. */
const open = {
  async inline(target: Target, client: RpcClient, signal: AbortSignal): Promise<Link> {
    return new StreamLink(await openTransport(target, signal), client);
  },
  async thread(target: Target, client: RpcClient, signal: AbortSignal): Promise<Link> {
    const { openThreadLink } = await import('./rpc/thread-link.ts');
    return openThreadLink(target, client, signal);
  },
  async process(target: Target, client: RpcClient, signal: AbortSignal): Promise<Link> {
    const { openProcessLink } = await import('./rpc/process-link.ts');
    return openProcessLink(target, client, signal);
  },
};
