import type { HostRef } from '../model.ts';

/** How a client mounts: by a pool of libvirt, a mount unit of systemd, or a line in fstab. */
export type MountWith = 'pool' | 'systemd' | 'fstab';

/** A directory of one host that others are to see. */
export interface ShareRequest {
  readonly server: HostRef;
  /** None: those that the journal knows. */
  readonly clients: readonly HostRef[];
  /** The directory on the server. */
  readonly path: string;
  /** Where the clients mount it. */
  readonly mount: string;
  readonly nfs: '4.2' | '3';
  readonly mountWith: MountWith;
  /** By which the clients reach the server; `null`: the host in its URI. */
  readonly address: string | null;
  /** `keep`: the user has opened the server's firewall, or will. */
  readonly firewall: 'open' | 'keep';
}

/**
 * A thing on a host, as a word of the script and what it is about: `['service', 'nfs-server', 'enabled', 'active']`. The
 * host is asked whether it is so, or told to make it so; both can be said again and again.
 */
export type Thing = readonly [word: string, ...values: string[]];

/** One thing that is to be so on one host, why, and what brings back what was before. */
export interface Step {
  readonly id: StepId;
  readonly host: HostRef;
  /** What is filled into its text. */
  readonly values: Readonly<Record<string, string>>;
  readonly thing: Thing;
  /** In the order in which they are done. Each is harmless where there is nothing to undo. */
  readonly undo: readonly Thing[];
}

export type StepId =
  | 'packages'
  | 'directory'
  | 'owner'
  | 'shared-filesystem'
  | 'reread'
  | 'ports'
  | 'exports-directory'
  | 'export'
  | 'service'
  | 'firewalld'
  | 'ufw'
  | 'nft'
  | 'iptables'
  | 'firewall-file'
  | 'firewall-unit'
  | 'selinux'
  | 'mount-point'
  | 'pool'
  | 'mount-file'
  | 'mount-unit'
  | 'fstab'
  | 'mounted'
  | 'adopted';

/** Why a share can't be made, or what is wrong with one; its text is in texts.ts under its id. */
export interface ShareProblem {
  readonly id: string;
  readonly host: string;
  readonly severity: 'blocker' | 'warning' | 'pass';
  readonly message: string;
  readonly remedy: string | null;
  readonly values: Readonly<Record<string, string>>;
}

/** What became of a step. */
export interface StepReport {
  readonly id: StepId;
  readonly host: string;
  /**
   * `so` already · `to-do` in a dry run · `done` · `failed` · `undone` · `kept`: it was changed since by somebody else,
   * and left as it is.
   */
  readonly state: 'so' | 'to-do' | 'done' | 'failed' | 'undone' | 'kept';
  readonly message: string;
  readonly values: Readonly<Record<string, string>>;
  /** What the host said, where that matters. */
  readonly said?: string;
}

export interface ShareReport {
  /**
   * `done` · `nothing`: all was so already · `planned` in a dry run · `blocked`: nothing was touched · `taken-back`: it
   * failed, and what this run had done is undone · `left`: it failed, and not all of it could be undone.
   */
  readonly result: 'done' | 'nothing' | 'planned' | 'blocked' | 'taken-back' | 'left';
  readonly shareId: string | null;
  readonly server: string;
  readonly path: string;
  readonly steps: readonly StepReport[];
  readonly problems: readonly ShareProblem[];
}

export interface ShareOptions {
  /** Looks, and says what would be done; touches nothing. */
  readonly dryRun?: boolean | undefined;
  /** Told of each step as it comes to an end. */
  readonly onStep?: ((step: StepReport) => void) | undefined;
}
