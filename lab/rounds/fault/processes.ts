import { killService, startService } from '@virt-ferry/lab';
import { killProcess, libvirtdPids, qemuPids, stopProcess, type Undo } from '@virt-ferry/lab/faults';
import type { HostName } from '../stage.ts';
import { type Fault, nothing, type Target } from './fault.ts';

type Side = 'source' | 'destination';
const hostOf = ({ from, to }: Target, side: Side): HostName => (side === 'source' ? from : to);

/** Stops all processes that are found; undone, they go on. */
async function stopAll(pids: readonly number[]): Promise<Undo> {
  const undo = await Promise.all(pids.map(stopProcess));
  return async () => {
    for (const one of undo) await one();
  };
}

/** Kills libvirtd; undone, it is there again, as after any crash of a service. */
async function killLibvirtd({ stage }: Target, host: HostName): Promise<Undo> {
  await killService(stage.lab, host, 'libvirtd');
  return async () => {
    if ((await libvirtdPids(stage.lab, host)).length === 0) await startService(stage.lab, host, 'libvirtd');
  };
}

const ofSide = (side: Side): Fault[] => [
  {
    name: `${side}-libvirtd-killed`,
    text: `SIGKILL of the ${side}'s libvirtd, which is started again at once`,
    lasts: 'at-once',
    inject: (target) => killLibvirtd(target, hostOf(target, side)),
  },
  {
    name: `${side}-libvirtd-stopped`,
    text: `SIGSTOP of the ${side}'s libvirtd for 2 s`,
    lasts: 'a-while',
    inject: async (target) => stopAll(await libvirtdPids(target.stage.lab, hostOf(target, side))),
  },
  {
    name: `${side}-qemu-killed`,
    text: `SIGKILL of the guest's QEMU on the ${side}`,
    lasts: 'at-once',
    kills: side,
    inject: async (target) => {
      const pids = await qemuPids(target.stage.lab, hostOf(target, side), target.guest.name);
      await Promise.all(pids.map(killProcess));
      return nothing;
    },
  },
  {
    name: `${side}-qemu-stopped`,
    text: `SIGSTOP of the guest's QEMU on the ${side} for 2 s`,
    lasts: 'a-while',
    inject: async (target) =>
      stopAll(await qemuPids(target.stage.lab, hostOf(target, side), target.guest.name)),
  },
  {
    name: `ferry-and-${side}-libvirtd-killed`,
    text: `SIGKILL of Ferry and of the ${side}'s libvirtd, which is started again`,
    lasts: 'at-once',
    inject: async (target) => {
      await target.mover.kill();
      return killLibvirtd(target, hostOf(target, side));
    },
  },
];

/** What can happen to processes: Ferry's own, and those of both hosts. */
export const processFaults: readonly Fault[] = [
  {
    name: 'ferry-killed',
    text: 'SIGKILL of Ferry',
    lasts: 'at-once',
    inject: async ({ mover }) => {
      await mover.kill();
      return nothing;
    },
  },
  {
    name: 'ferry-stopped',
    text: 'SIGSTOP of Ferry until another one has recovered the operation; then it goes on',
    lasts: 'until-ended',
    inject: async ({ mover }) => {
      await mover.stop();
      return () => mover.wake();
    },
  },
  {
    name: 'all-daemons-killed',
    text: 'SIGKILL of Ferry and of both libvirtds',
    lasts: 'at-once',
    inject: async (target) => {
      await target.mover.kill();
      const undo = await Promise.all([killLibvirtd(target, target.from), killLibvirtd(target, target.to)]);
      return async () => {
        for (const one of undo) await one();
      };
    },
  },
  ...ofSide('source'),
  ...ofSide('destination'),
];
