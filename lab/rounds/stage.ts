import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostRef } from '@virt-ferry/engine';
import { addGuest, addresses, type Guest, removeGuest } from '@virt-ferry/lab';
import { type RpcProxy, startProxy } from '@virt-ferry/lab/faults';
import { run } from '../src/program.ts';
import type { Way } from './way.ts';

export const hostNames = ['alpha', 'beta'] as const;
export type HostName = (typeof hostNames)[number];
export const otherHost = (host: HostName): HostName => (host === 'alpha' ? 'beta' : 'alpha');

const LIBVIRTD_PORT = 16_509;
const STATE_MIB = 48;

/**
 * What all rounds of a run share: a lab of two hosts, the proxies through which clients speak to them, and a state
 * directory on a small disk of its own, which can be filled.
 */
export interface Stage {
  readonly lab: string;
  /** The journal and the hosts file are here. */
  readonly state: string;
  readonly journalPath: string;
  readonly proxies: Readonly<Record<HostName, RpcProxy>>;
  close(): Promise<void>;
}

/** A guest on the stage. */
export interface Setting {
  readonly stage: Stage;
  readonly guest: Guest;
  /** Where the guest runs. */
  readonly from: HostName;
}

/** To be called in the network of the lab's controller. */
export async function openStage(lab: string): Promise<Stage> {
  const state = await mkdtemp(join(tmpdir(), 'ferry-rounds-'));
  await run('mount', ['-t', 'tmpfs', '-o', `size=${STATE_MIB}m,mode=0700`, 'ferry-rounds', state]);
  const open = (host: HostName) =>
    startProxy({
      listen: { host: '127.0.0.1' },
      target: { host: addressOf(host), port: LIBVIRTD_PORT },
    });
  const proxies = { alpha: await open('alpha'), beta: await open('beta') };
  const stage = { lab, state, journalPath: join(state, 'journal.db'), proxies };
  const lines = hostNames.map((name) => `  ${name}: ${hostRef(stage, name).uri}\n`);
  await writeFile(join(state, 'hosts.yaml'), `hosts:\n${lines.join('')}`);
  return {
    ...stage,
    async close() {
      await Promise.all(hostNames.map((name) => proxies[name].close()));
      await run('umount', [state]);
      await rm(state, { recursive: true });
    },
  };
}

export function addressOf(host: HostName): string {
  return addresses.management(hostNames.indexOf(host) + 1);
}

/** A host as the Ferry under test knows it: through its proxy. Other hosts reach it directly. */
export function hostRef({ proxies }: Pick<Stage, 'proxies'>, name: HostName): HostRef {
  return {
    name,
    uri: `qemu+tcp://127.0.0.1:${proxies[name].port}/system`,
    migrationAddress: addressOf(name),
    peerUri: `qemu+tcp://${addressOf(name)}/system`,
  };
}

/**
 * A guest that checks its memory and its disk all along. It writes fast enough that there is a second pass over its
 * memory, and slowly enough that there is an end.
 */
export function makeGuest({ lab }: Stage, name: string, host: HostName, disk: Way['disk']): Promise<Guest> {
  const load = { memoryMiB: 256, loadMemoryMiB: 64, memoryRateMBps: 40 };
  return addGuest(lab, { name, host, disk, ...load });
}

export function dropGuest({ lab }: Stage, name: string): Promise<void> {
  return removeGuest(lab, name, hostNames);
}
