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

/** Closes a connection that may still be opening, or may have failed to. */
export async function closeWhenOpen(connection: Promise<Connection>): Promise<void> {
  await connection.then(
    (open) => open.close(),
    () => undefined,
  );
}
