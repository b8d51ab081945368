// What the user asks for.
import type { HostRef } from './host.ts';

/** How the blackout is measured from outside the guest. `address` null: found through libvirt or by name. */
export type ProbeRequest =
  | { readonly kind: 'none' }
  | { readonly kind: 'ping'; readonly address: string | null }
  | { readonly kind: 'tcp'; readonly address: string | null; readonly port: number };

/** What the user asks for when moving one domain. */
export interface MoveRequest {
  /** Name or UUID. */
  readonly domain: string;
  readonly source: HostRef;
  readonly destination: HostRef;
  /** QEMU's limit for the pause; `null` leaves what is set. */
  readonly maxDowntimeMs: number | null;
  /** `null`: no limit. libvirt counts in MiB/s, so it is rounded up to that. */
  readonly bandwidthBytesPerS: number | null;
  /** The same for each disk that is copied, where that is another limit. */
  readonly diskBandwidthBytesPerS?: number | null | undefined;
  /** A guest that writes to a disk that is copied waits for its copy, which then always ends. */
  readonly synchronousWrites?: boolean | undefined;
  /** Abort if the move has not switched over by then; `null`: never. */
  readonly deadlineMs: number | null;
  /** What happens to the definition on the source after success. */
  readonly sourceDefinition: 'remove' | 'keep';
  /** Whether the destination keeps a definition. */
  readonly destinationDefinition: 'persistent' | 'transient';
  readonly probe: ProbeRequest;
  /** Who makes the calls of the phases: Ferry, or the source's libvirtd, which then goes on without Ferry. */
  readonly drive: Drive;
  /** The least share of its speed that the guest may be held to while it moves. Not given: whatever is needed. */
  readonly leastShare?: number | undefined;
  readonly method: Method;
  /**
   * When post-copy begins, if that is the method. Not given: after the first pass. `when-needed` is only allowed, so the
   * move has no such method where the hosts can't do it, or not safely.
   */
  readonly postCopy?: 'after-first-pass' | 'when-needed' | undefined;
  /** `allowed`: memory is compressed where that is quicker. Not given: never. */
  readonly compression?: 'allowed' | undefined;
  readonly commit: Commit;
  /** Go as far as the first bytes of the guest's memory, and take all of it back: nothing is moved. */
  readonly rehearsal?: boolean | undefined;
  readonly copyStorage: CopyStorage;
  /** What has another name on the destination. */
  readonly changes?: Changes | undefined;
  /** Guest memory, and copied disks, go encrypted and between hosts that know each other. Not given: they go as they are. */
  readonly tls?: boolean | undefined;
  /** What becomes of disks on the source once their copies are in use. Not given: they are kept. */
  readonly sourceDisks?: 'keep' | 'delete' | undefined;
  /** The domain is shut off, and moves with its disks. */
  readonly offline?: boolean | undefined;
}

/**
 * `none`: every disk must be shared. `all`: those that aren't are copied in full, each into one image. `incremental`: only
 * their topmost image, over those that it builds on. `auto`: as it fits.
 */
export type CopyStorage = 'none' | 'auto' | 'all' | 'incremental';

/** What a guest uses goes by other names on the destination. The guest sees no difference. */
export interface Changes {
  /** Directories of disks, and what they are called there. */
  readonly paths: readonly Mapping[];
  readonly networks: readonly Mapping[];
  readonly bridges: readonly Mapping[];
  /** The storage pool on the destination that disks are copied to; `null`: where they are on the source. */
  readonly pool: string | null;
}

export interface Mapping {
  readonly from: string;
  readonly to: string;
}

export type Drive = 'direct' | 'p2p';

/** `post-copy`: the guest is started on the destination after the first pass over its memory, and fetches the rest. */
export type Method = 'pre-copy' | 'post-copy';

/**
 * What starts the guest on the destination. `strict`: libvirt's Finish leaves it paused, and Ferry resumes it once its
 * own journal says so; that the guest never ran there can then be proven from the journal alone. `finish`: libvirt's
 * Finish itself, which is all that post-copy allows.
 */
export type Commit = 'strict' | 'finish';
