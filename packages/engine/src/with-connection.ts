import type { Connection, ConnectOptions } from '@virt-ferry/libvirt';
import type { Env } from './env.ts';
import { type LazyShell, lazyShell, type ShellSide } from './host-shell/shells.ts';
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

/** A host, a connection to it, and a shell there. */
export interface Reached extends ShellSide {
  readonly monitor: Connection;
  readonly shell: LazyShell;
}

/** Connects to a host such that its login can be shared, and begins to open a shell: preflight wants one. */
export async function reach(ref: HostRef, env: Env, options?: ConnectOptions): Promise<Reached> {
  const controlPath = await env.controlPath(ref.uri);
  const login = controlPath === null ? undefined : ({ controlPath, role: 'first' } as const);
  const monitor = await env.connect(ref.uri, { ...options, login });
  const side = { ref, controlPath };
  const shell = lazyShell(side, env);
  void shell.opened();
  return { ...side, monitor, shell };
}

/** Ends what {@link reach} began, which may have failed. */
export async function leave(reaching: Promise<Reached>): Promise<void> {
  await reaching.then(
    async ({ shell, monitor }) => {
      shell.close();
      await monitor.close();
    },
    () => undefined,
  );
}

/** Does something with both ends of a move, over connections of its own. */
export async function withBoth<T>(
  source: HostRef,
  destination: HostRef,
  env: Env,
  use: (from: Reached, to: Reached) => Promise<T>,
): Promise<T> {
  const reaching = [reach(source, env), reach(destination, env)] as const;
  try {
    return await use(...(await Promise.all(reaching)));
  } finally {
    await Promise.all(reaching.map(leave));
  }
}

/** Closes a connection that may still be opening, or may have failed to. */
export async function closeWhenOpen(connection: Promise<Connection>): Promise<void> {
  await connection.then(
    (open) => open.close(),
    () => undefined,
  );
}
