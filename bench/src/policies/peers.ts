import type { Action, Policy, Situation } from '@virt-ferry/engine/replay';

/** How somebody else steers a move: models of their schedules, from their sources and manuals; none of their code. */
export interface Peer {
  readonly name: string;
  readonly firstDowntimeMs: number;
  /** The most that is sent each second; `null`: what the path carries. */
  readonly limitBytesPerS: number | null;
  /** QEMU's auto-converge as it is by itself, where they turn it on. */
  readonly autoConverge: boolean;
  decide(situation: Situation, memoryBytes: number): Action;
}

const GIB = 2 ** 30;
const goOn: Action = { name: 'go-on', reason: '' };
const limitTo = (limitMs: number): Action => ({ name: 'limit-downtime', limitMs, reason: '' });
const giveUp: Action = { name: 'give-up', reason: '' };

/** When the latest pass began, in seconds. */
const secondsAt = ({ passes }: Situation) => passes.at(-1)?.startS ?? 0;

/**
 * How often somebody who looks once a second sees more to be done than a second before: a pass that has begun, as long as
 * one takes a second.
 */
const setbacks = ({ passes }: Situation) =>
  new Set(passes.slice(1).map(({ startS }) => Math.floor(startS))).size;

/** Raises the limit to that, if it is higher than the one that holds. */
const raised = ({ limitMs }: Situation, wantedMs: number) => (wantedMs > limitMs ? limitTo(wantedMs) : goOn);

export const peers: readonly Peer[] = [
  {
    // The policy "Minimal downtime" (ovirt-engine, packaging/dbscripts/upgrade/pre_upgrade/0000_config.sql): 100 ms at
    // first, more after 1, 2, 3, 4 and 6 passes, whether they get anywhere or not, then it is aborted; auto-converge is
    // on. An item's turn comes one pass after its number (vdsm, lib/vdsm/virt/migration.py, `_next_action`).
    name: 'oVirt',
    ...{ firstDowntimeMs: 100, limitBytesPerS: null, autoConverge: true },
    decide(situation) {
      const limits = [100, 100, 150, 200, 300, 400, 400, 500];
      const repeated = situation.passes.length - 1;
      return repeated >= limits.length ? giveUp : raised(situation, limits[repeated] ?? 500);
    },
  },
  {
    // nova/virt/libvirt/migration.py, downtime_steps, with its defaults: ten steps of 45 ms from 50 ms on, one each 75 s
    // and GiB, of which at least two count; aborted after 800 s a GiB. Auto-converge is off.
    name: 'Nova',
    ...{ firstDowntimeMs: 50, limitBytesPerS: null, autoConverge: false },
    decide(situation, memoryBytes) {
      const gib = Math.max(memoryBytes / GIB, 2);
      const seconds = secondsAt(situation);
      if (seconds > 800 * gib) return giveUp;
      return raised(situation, 50 + 45 * Math.min(Math.floor(seconds / (75 * gib)), 10));
    },
  },
  {
    // qemu-server, src/PVE/QemuMigrate.pm: 100 ms at first (`migrate_downtime`), doubled when six looks, one a second,
    // have seen more to be done than the look before, up to 2000 s; auto-converge is on (QemuMigrate/Helpers.pm). It
    // never gives up.
    name: 'Proxmox VE',
    ...{ firstDowntimeMs: 100, limitBytesPerS: null, autoConverge: true },
    decide: (situation) =>
      raised(situation, Math.min(100 * 2 ** Math.floor(setbacks(situation) / 6), 2_000_000)),
  },
  {
    // KubeVirt's defaults (pkg/virt-config/virt-config.go): 64 MiB/s, QEMU's own 300 ms, no auto-converge, no post-copy,
    // aborted after 150 s a GiB.
    name: 'KubeVirt',
    ...{ firstDowntimeMs: 300, limitBytesPerS: 64 * 2 ** 20, autoConverge: false },
    decide: (situation, memoryBytes) =>
      secondsAt(situation) > 150 * Math.max(memoryBytes / GIB, 1) ? giveUp : goOn,
  },
];

/** What a peer's schedule needs to know besides: nothing of what Ferry measures. */
export function policyOf({ firstDowntimeMs }: Peer): Policy {
  return {
    ...{ maxDowntimeMs: Number.POSITIVE_INFINITY, firstDowntimeMs, postCopy: false, minShare: 1 },
    ...{ sendFactor: 1, resendFactor: 1, autoConverge: false, usedBytes: null, dirtied: null },
  };
}
