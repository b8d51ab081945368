import { once } from 'node:events';
import { type AddressInfo, createServer, type NetConnectOpts, Socket } from 'node:net';
import { Direction } from './direction.ts';
import { type Rule, type RuleSpec, Rules } from './rule.ts';

export interface ProxyOptions {
  /** Any free port where none is given. */
  readonly listen: { readonly host: string; readonly port?: number };
  readonly target: { readonly host: string; readonly port: number } | { readonly path: string };
}

/**
 * A TCP proxy between a client and a libvirtd, that knows libvirt's messages and can lose, delay and keep them:
 *
 *     client ──calls──────────► proxy ──────────► libvirtd
 *            ◄─replies, events─       ◄──────────
 */
export interface RpcProxy {
  readonly port: number;
  rule(spec: RuleSpec): Rule;
  /** Closes all connections, as a peer that ends does. */
  cutAll(): void;
  /**
   * Nothing passes either way and sockets stay open, as on a dead link: not even the end of a connection is told. Who
   * connects now is accepted, which a dead link wouldn't do, and hears nothing.
   */
  silence(): void;
  /** All that waited passes, as what TCP sends again does. */
  unsilence(): void;
  /** Ends it, and all connections. */
  close(): Promise<void>;
}

/** Resolves when it listens. It doesn't look whether there is anybody at the target. */
export async function startProxy({ listen, target }: ProxyOptions): Promise<RpcProxy> {
  const rules = new Rules();
  const connections = new Set<Connection>();
  let isSilent = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const connection = new Connection(client, target, rules, isSilent);
    connections.add(connection);
    client.on('close', () => connections.delete(connection));
  });
  server.listen(listen.port ?? 0, listen.host);
  await once(server, 'listening');
  const silence = (value: boolean) => {
    isSilent = value;
    for (const connection of connections) connection.silence(value);
  };
  const cutAll = () => {
    for (const connection of connections) connection.cut();
  };
  return {
    port: (server.address() as AddressInfo).port,
    rule: (spec) => rules.add(spec),
    cutAll,
    silence: () => silence(true),
    unsilence: () => silence(false),
    async close() {
      const closed = once(server, 'close');
      server.close();
      cutAll();
      await closed;
    },
  };
}

/** One client, and the connection to the daemon that is made for it. */
class Connection {
  readonly #client: Socket;
  readonly #daemon: Socket;
  readonly #target: NetConnectOpts;
  readonly #directions: readonly Direction[];

  constructor(client: Socket, target: NetConnectOpts, rules: Rules, isSilent: boolean) {
    const daemon = new Socket({ allowHalfOpen: true });
    const close = () => this.#close();
    this.#client = client;
    this.#daemon = daemon;
    this.#target = target;
    this.#directions = [
      new Direction(client, daemon, rules, isSilent, close),
      new Direction(daemon, client, rules, isSilent, close),
    ];
    client.setNoDelay(true);
    if (!isSilent) this.#dial();
  }

  silence(isSilent: boolean): void {
    if (!isSilent && this.#daemon.pending && !this.#daemon.connecting) this.#dial();
    for (const direction of this.#directions) direction.silence(isSilent);
  }

  /** At once, whatever is still under way. */
  cut(): void {
    this.#end();
    this.#client.destroy();
    this.#daemon.destroy();
  }

  /** When what was passed on has gone out. */
  #close(): void {
    this.#end();
    this.#client.destroySoon();
    this.#daemon.destroySoon();
  }

  #end(): void {
    for (const direction of this.#directions) direction.end();
  }

  #dial(): void {
    this.#daemon.connect(this.#target);
    this.#daemon.setNoDelay(true);
  }
}
