import { messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { HostRef } from '../model.ts';
import { shellCommand } from './command.ts';
import { type HostShell, openHostShell } from './shell.ts';

/** A shell, or why there is none: `no-way` where the user has shown none, `failed` where it was tried. */
export type Opened =
  | { readonly shell: HostShell }
  | { readonly shell: null; readonly reason: 'no-way'; readonly why: string }
  | { readonly shell: null; readonly reason: 'failed'; readonly why: string; readonly tried: string };

/** The shells of both hosts of a move. */
export interface Shells {
  source(): Promise<Opened>;
  destination(): Promise<Opened>;
  /** Ends those that were opened. */
  close(): void;
}

/** A host, and the login that its shells may share: see {@link Env.controlPath}. */
export interface ShellSide {
  readonly ref: HostRef;
  readonly controlPath: string | null;
}

/** A shell on one host, opened when it is first wanted, and only once. */
export interface LazyShell {
  opened(): Promise<Opened>;
  close(): void;
}

export function lazyShell(side: ShellSide, env: Env): LazyShell {
  let opening: Promise<Opened> | undefined;
  return {
    opened() {
      opening ??= open(side, env);
      return opening;
    },
    close() {
      void opening?.then(({ shell }) => shell?.close());
    },
  };
}

export function shellsOf(from: LazyShell, to: LazyShell): Shells {
  return {
    source: from.opened,
    destination: to.opened,
    close() {
      from.close();
      to.close();
    },
  };
}

async function open({ ref, controlPath }: ShellSide, env: Env): Promise<Opened> {
  const command = shellCommand(ref, controlPath);
  if (command === null) return { shell: null, reason: 'no-way', why: `${ref.uri} gives no shell` };
  try {
    return { shell: await openHostShell(command, env) };
  } catch (error) {
    return { shell: null, reason: 'failed', why: messageOf(error), tried: command.said };
  }
}
