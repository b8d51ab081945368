import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { captureInHost, type Guest, hostRoot } from '@virt-ferry/lab';
import { faults } from './fault/faults.ts';
import { messagePointsOf, pointsOf } from './point.ts';
import type { RoundPlan, RoundResult } from './result.ts';
import { playRound } from './round.ts';
import { dropGuest, type HostName, hostNames, makeGuest, otherHost, type Stage } from './stage.ts';

/** Plays rounds one after the other, with one guest as long as it lasts, to and fro between the hosts. */
export async function* playRounds(stage: Stage, plans: readonly RoundPlan[]): AsyncGenerator<RoundResult> {
  let guest: Guest | null = null;
  let at: HostName = 'alpha';
  let made = 0;
  try {
    for (const plan of plans) {
      const point = [...pointsOf(plan.way), ...messagePointsOf(plan.way)].find(
        ({ name }) => name === plan.point,
      );
      const fault = faults.find(({ name }) => name === plan.fault);
      if (!point || !fault) throw new Error(`no such round: ${plan.point}, ${plan.fault}`);
      if (guest !== null && guest.disk !== plan.way.disk) {
        await dropGuest(stage, guest.name);
        guest = null;
      }
      if (guest === null) {
        made++;
        at = 'alpha';
        await clearImages(stage);
        guest = await makeGuest(stage, `g${made}`, at, plan.way.disk);
      }
      const result = await playRound({ stage, guest, from: at }, plan, point, fault);
      yield result;
      if (result.end === 'destination' && result.wrong.length === 0 && fault.setUp === undefined) {
        await removeStaleDisk(stage, guest, at);
        at = otherHost(at);
      } else if (result.end !== 'source' || result.wrong.length > 0 || fault.setUp !== undefined) {
        await cleanUp(stage, guest);
        guest = null;
      }
    }
  } finally {
    if (guest !== null) await cleanUp(stage, guest);
  }
}

/** The disk that was copied away. */
async function removeStaleDisk({ lab }: Stage, guest: Guest, host: HostName): Promise<void> {
  if (guest.disk !== 'local' || guest.diskPath === null) return;
  await rm(join(await hostRoot(lab, host), guest.diskPath), { force: true });
  // The pool that virsh needs remembers what was in it.
  await captureInHost(lab, host, ['virsh', 'pool-refresh', 'images']);
}

/** A run that was cut off may have left disks. */
async function clearImages({ lab }: Stage): Promise<void> {
  for (const host of hostNames) {
    await captureInHost(lab, host, ['find', '/var/lib/libvirt/images', '-name', 'g*.qcow2', '-delete']);
  }
}

/** The next round begins with a new guest, and nothing of this one. */
async function cleanUp(stage: Stage, guest: Guest): Promise<void> {
  await dropGuest(stage, guest.name);
  for (const host of hostNames) {
    await captureInHost(stage.lab, host, ['rm', '-f', `/run/ferry-observer/${guest.name}.sock`]);
  }
}
