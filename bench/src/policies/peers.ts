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

/** Passes since the least remained. */
function stalls({ passes }: Situation): number {
  const bytes = passes.map((pass) => pass.bytes);
  return passes.length - 1 - bytes.lastIndexOf(Math.min(...bytes));
}

/** Raises the limit to that, if it is higher than the one that holds. */
const raised = ({ limitMs }: Situation, wantedMs: number) => (wantedMs > limitMs ? limitTo(wantedMs) : goOn);

export const peers: readonly Peer[] = [
  {
    // VDSM's "minimal downtime" policy: 100 ms at first, more with each stall, then it is aborted; auto-converge is on
    // (ovirt-engine, packaging/dbscripts/upgrade: MigrationPolicies).
    name: 'oVirt',
    ...{ firstDowntimeMs: 100, limitBytesPerS: null, autoConverge: true },
    decide(situation) {
      const limits = [100, 150, 200, 300, 400, 400, 500];
      const count = stalls(situation);
      return count >= limits.length ? giveUp : raised(situation, limits[count] ?? 500);
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
    // qemu-server, PVE/QemuMigrate.pm: 100 ms at first, doubled when what remains has grown more than five times;
    // auto-converge is on. It never gives up.
    name: 'Proxmox VE',
    ...{ firstDowntimeMs: 100, limitBytesPerS: null, autoConverge: true },
    decide(situation) {
      const { passes } = situation;
      const grown = passes.filter(
        ({ bytes }, index) => index > 1 && bytes >= (passes[index - 1]?.bytes ?? 0),
      );
      return raised(situation, 100 * 2 ** Math.floor(grown.length / 6));
    },
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
    ...{ resendFactor: 1, autoConverge: false, dirtied: null },
  };
}
