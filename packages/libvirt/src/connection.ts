import type { LibvirtError } from './errors.ts';
import { type EventName, type EventPayload, events } from './protocol/events.ts';
import type { ArgsOf, RetOf } from './protocol/procedure.ts';
import { type AnyProcedure, type ProcedureName, procedures } from './protocol/procedures/index.ts';
import { streamProcedures } from './protocol/procedures/streams.ts';
import type { DomainRef, StorageVolRef } from './protocol/structs.ts';
import type { CallOptions, RpcClient } from './rpc/client.ts';
import type { Link } from './rpc/link.ts';
import { download, type Piece, upload } from './rpc/stream.ts';
import type { Codec } from './xdr/codec.ts';

/** Every procedure as a method: `await connection.domainGetState({ dom, flags: 0 })`. */
export type Calls = {
  readonly [K in ProcedureName]: (
    args: ArgsOf<(typeof procedures)[K]>,
    options?: CallOptions,
  ) => Promise<RetOf<(typeof procedures)[K]>>;
};

/** Ends a subscription; resolves once the daemon has stopped sending. */
export type Unsubscribe = () => Promise<void>;

/** Bytes of a volume's own file or device, from `offset`. */
export interface VolumePart {
  readonly vol: StorageVolRef;
  readonly offset: bigint;
  /** A part is held in memory whole. */
  readonly length: number;
}

/** An open connection to a libvirt daemon. */
export interface Connection extends Calls {
  /** Reads a part of a volume, holes as holes. Nothing comes where the volume has ended. */
  readVolume(part: VolumePart, options?: CallOptions): Promise<Piece[]>;
  /** Writes into a volume; resolves when it is written. */
  writeVolume(
    part: Omit<VolumePart, 'length'>,
    bytes: readonly Uint8Array[],
    options?: CallOptions,
  ): Promise<void>;
  /** The daemon's side, for messages: `10.0.0.2:16509 (tcp)`. */
  readonly peer: string;
  /** The process that holds the socket and may outlive this one; `null` where it is this one. */
  readonly heldBy: number | null;
  /** Hears events of one domain, or of all with `null`, until it is unsubscribed or the connection ends. */
  subscribe<N extends EventName>(
    event: N,
    dom: DomainRef | null,
    listener: (payload: EventPayload<N>) => void,
  ): Promise<Unsubscribe>;
  /** Hears once why the connection ended; at once if it already has. */
  onClosed(listener: (error: LibvirtError) => void): void;
  /** Closes. Calls that still wait are rejected. Never throws. */
  close(): Promise<void>;
}

const CLOSE_DEADLINE_MS = 1000;
/** VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM (libvirt 3.4). */
const SPARSE_STREAM = 1;

type Listener = (payload: { callbackId: number }) => void;

/** Makes the connection's methods over an RPC client that is past authentication and open. */
export function bindConnection(client: RpcClient, link: Link, peer: string): Connection {
  const invoke = (name: ProcedureName, args: unknown, options?: CallOptions) =>
    client.call(name, procedures[name] as AnyProcedure, args, options);
  const calls = Object.fromEntries(
    Object.keys(procedures).map((name) => [
      name,
      (args: unknown, options?: CallOptions) => invoke(name as ProcedureName, args, options),
    ]),
  ) as unknown as Calls;

  const subscriptions = new Map<number, Listener>();
  const early = new Map<number, { callbackId: number }[]>();
  for (const { number, payload } of Object.values(events)) {
    client.listen(number, payload as Codec<{ callbackId: number }>, (message) => {
      const listener = subscriptions.get(message.callbackId);
      if (listener) listener(message);
      else early.set(message.callbackId, [...(early.get(message.callbackId) ?? []), message]);
    });
  }

  return {
    ...calls,
    peer,
    heldBy: link.pid ?? null,
    readVolume({ vol, offset, length }, options = {}) {
      const args = { vol, offset, length: BigInt(length), flags: SPARSE_STREAM };
      const begin = { name: 'storageVolDownload', procedure: streamProcedures.storageVolDownload, args };
      return download(client, begin, length, options);
    },
    writeVolume({ vol, offset }, bytes, options = {}) {
      const length = BigInt(bytes.reduce((sum, { length }) => sum + length, 0));
      const args = { vol, offset, length, flags: 0 };
      const begin = { name: 'storageVolUpload', procedure: streamProcedures.storageVolUpload, args };
      return upload(client, begin, bytes, options);
    },
    async subscribe(event, dom, listener) {
      const { callbackId } = await calls.connectDomainEventCallbackRegisterAny({
        eventId: events[event].eventId,
        dom,
      });
      subscriptions.set(callbackId, listener as unknown as Listener);
      // An event may overtake the reply that tells us our callback's id.
      for (const message of early.get(callbackId) ?? []) (listener as unknown as Listener)(message);
      early.delete(callbackId);
      return async () => {
        subscriptions.delete(callbackId);
        await calls.connectDomainEventCallbackDeregisterAny({ callbackId });
        early.delete(callbackId);
      };
    },
    onClosed: (listener) => client.onClosed(listener),
    async close() {
      await calls.connectClose({}, { deadlineMs: CLOSE_DEADLINE_MS }).catch(() => undefined);
      link.close();
    },
  };
}
