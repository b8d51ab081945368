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

/** The shells of both hosts of a move. Each is opened when it is first wanted, and only once. */
export interface Shells {
  source(): Promise<Opened>;
  destination(): Promise<Opened>;
  /** Ends those that were opened. */
  close(): void;
}

export function hostShells(source: HostRef, destination: HostRef, env: Env): Shells {
  const opened: Promise<Opened>[] = [];
  const once = (ref: HostRef) => {
    let opening: Promise<Opened> | undefined;
    return () => {
      if (opening === undefined) {
        opening = open(ref, env);
        opened.push(opening);
      }
      return opening;
    };
  };
  return {
    source: once(source),
    destination: once(destination),
    close() {
      for (const opening of opened) void opening.then(({ shell }) => shell?.close());
    },
  };
}

async function open(ref: HostRef, env: Env): Promise<Opened> {
  const command = shellCommand(ref);
  if (command === null) return { shell: null, reason: 'no-way', why: `${ref.uri} gives no shell` };
  try {
    return { shell: await openHostShell(command, env) };
  } catch (error) {
    return { shell: null, reason: 'failed', why: messageOf(error), tried: command.said };
  }
}
