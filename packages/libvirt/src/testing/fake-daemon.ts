import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, RemoteError } from '../errors.ts';
import type { ArgsOf, RetOf } from '../protocol/procedure.ts';
import { type AnyProcedure, type ProcedureName, procedures } from '../protocol/procedures/index.ts';
import { type Frame, FrameDecoder } from '../rpc/frame.ts';
import { XdrReader } from '../xdr/reader.ts';
import { errorTo, replyTo } from './messages.ts';

type Handlers = {
  readonly [K in ProcedureName]?: (
    args: ArgsOf<(typeof procedures)[K]>,
  ) => RetOf<(typeof procedures)[K]> | Promise<RetOf<(typeof procedures)[K]>>;
};

/** One client, as the daemon sees it. */
export interface Peer {
  send(bytes: Uint8Array): void;
  drop(): void;
  /** All frames that came from it, keepalive too. */
  readonly frames: readonly Frame[];
  /** Waits for the next frame that fits. */
  next(fits: (frame: Frame) => boolean): Promise<Frame>;
}

export interface FakeDaemonOptions {
  /** What each procedure answers; a RemoteError goes out as it is, any other becomes libvirt error 1. */
  readonly handlers?: Handlers;
  /** Sees each frame first; true means that it was dealt with, or shall never be. */
  readonly intercept?: (frame: Frame, peer: Peer) => boolean;
}

/** A daemon that speaks the protocol from the same declarations as the client, and can be made to speak it badly. */
export interface FakeDaemon {
  readonly uri: string;
  readonly peers: readonly Peer[];
  close(): Promise<void>;
}

/** What every connection begins with. */
const manners: Handlers = {
  authList: () => ({ types: [0] }),
  connectSupportsFeature: () => ({ supported: true }),
  connectOpen: () => ({}),
  connectClose: () => ({}),
};

const names = new Map(
  Object.entries(procedures).map(([name, one]) => [`${one.program}:${one.number}`, name as ProcedureName]),
);

/** Starts a fake daemon on a UNIX socket of its own. */
export async function startFakeDaemon({
  handlers = {},
  intercept,
}: FakeDaemonOptions = {}): Promise<FakeDaemon> {
  const directory = await mkdtemp(join(tmpdir(), 'fake-libvirt-'));
  const path = join(directory, 'sock');
  const all: Handlers = { ...manners, ...handlers };
  const peers: Peer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    peers.push(serve(socket, all, intercept));
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    uri: `qemu+unix:///system?socket=${path}`,
    peers,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      await rm(directory, { recursive: true });
    },
  };
}

function serve(socket: Socket, handlers: Handlers, intercept: FakeDaemonOptions['intercept']): Peer {
  const decoder = new FrameDecoder();
  const frames: Frame[] = [];
  const waiting = new Set<{ fits: (frame: Frame) => boolean; resolve: (frame: Frame) => void }>();
  const peer: Peer = {
    send: (bytes) => socket.write(bytes),
    drop: () => socket.destroy(),
    frames,
    next: (fits) => new Promise((resolve) => waiting.add({ fits, resolve })),
  };
  socket.on('data', (chunk: Buffer) => {
    for (const frame of decoder.push(chunk)) {
      frames.push(frame);
      for (const one of waiting) {
        if (!one.fits(frame)) continue;
        waiting.delete(one);
        one.resolve(frame);
      }
      if (!intercept?.(frame, peer)) void answer(frame, peer, handlers);
    }
  });
  return peer;
}

async function answer(frame: Frame, peer: Peer, handlers: Handlers): Promise<void> {
  const name = names.get(`${frame.header.program}:${frame.header.procedure}`);
  // Keepalive, and calls that nobody declared, get no answer.
  if (name === undefined) return;
  const procedure = procedures[name] as AnyProcedure;
  const handler = handlers[name] as ((args: unknown) => unknown) | undefined;
  try {
    if (!handler) throw new Error(`this fake daemon does not do ${name}`);
    peer.send(replyTo(frame, procedure, await handler(procedure.args.read(new XdrReader(frame.payload)))));
  } catch (error) {
    peer.send(errorTo(frame, error instanceof RemoteError ? error.number : 1, messageOf(error)));
  }
}
