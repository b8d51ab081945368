// Hosts, as the user names them and as they answer.

/** A host as the user names it. */
export interface HostRef {
  readonly name: string;
  /** libvirt URI of its daemon. */
  readonly uri: string;
  /** Address that other hosts send migration data to, where that isn't the host in the URI. */
  readonly migrationAddress?: string | undefined;
  /** URI by which the libvirtd of another host reaches it, for `p2p`, where that isn't {@link uri}. */
  readonly peerUri?: string | undefined;
  /** `[user@]host[:port]` by which Ferry may look at its own system, where {@link uri} is not `qemu+ssh`. */
  readonly ssh?: string | undefined;
}

/** A host's own answers. */
export interface Host {
  readonly ref: HostRef;
  readonly hostname: string;
  /** The UUID by which libvirt tells hosts apart. */
  readonly uuid: string;
  readonly arch: string;
  /** As libvirt counts: 9_000_000 is 9.0.0. */
  readonly libvirtVersion: number;
  readonly hypervisorVersion: number;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Free, or used only for caches. */
  readonly availableMemoryBytes: number;
  readonly numaCells: readonly NumaCell[];
  /** Sizes of memory pages that its processor knows, the ordinary one too. */
  readonly pageSizesKiB: readonly number[];
  readonly securityModels: readonly SecurityModel[];
}

export interface NumaCell {
  readonly id: number;
  /** The numbers of its CPUs that are online. */
  readonly cpus: readonly number[];
}

/** What a host confines guests with: `dac`, `selinux`, `apparmor`. */
export interface SecurityModel {
  readonly name: string;
  /** The label that a guest gets which has none of its own: for `dac` `+uid:+gid`. */
  readonly baseLabel: string | null;
}
