import type { Connection, ConnectOptions } from '@virt-ferry/libvirt';
import type { Env } from './env.ts';
import type { HostRef } from './model.ts';

/** Does something over a connection of its own, and closes it. */
export async function withConnection<T>(
  ref: HostRef,
  env: Env,
  use: (connection: Connection) => Promise<T>,
  options?: ConnectOptions,
): Promise<T> {
  const connection = await env.connect(ref.uri, options);
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** A host, and a connection to it. */
export interface Reached {
  readonly ref: HostRef;
  readonly monitor: Connection;
}

/** Does something with both ends of a move, over connections of its own. */
export async function withBoth<T>(
  source: HostRef,
  destination: HostRef,
  env: Env,
  use: (from: Reached, to: Reached) => Promise<T>,
): Promise<T> {
  const opening = [env.connect(source.uri), env.connect(destination.uri)] as const;
  try {
    const [here, there] = await Promise.all(opening);
    return await use({ ref: source, monitor: here }, { ref: destination, monitor: there });
  } finally {
    await Promise.all(opening.map(closeWhenOpen));
  }
}

/** Closes a connection that may still be opening, or may have failed to. */
export async function closeWhenOpen(connection: Promise<Connection>): Promise<void> {
  await connection.then(
    (open) => open.close(),
    () => undefined,
  );
}
