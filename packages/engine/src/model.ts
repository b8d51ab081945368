// The words of the engine, as types. Nothing here does anything.

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

export type DomainStateName =
  | 'no state'
  | 'running'
  | 'blocked'
  | 'paused'
  | 'shutting down'
  | 'shut off'
  | 'crashed'
  | 'suspended';

/** A line of `ferry list`. */
export interface DomainSummary {
  readonly name: string;
  readonly uuid: string;
  readonly host: string;
  readonly state: DomainStateName;
  readonly vcpus: number;
  readonly memoryBytes: number;
}

/** What a disk's bytes lie in. */
export type DiskSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'block'; readonly path: string }
  | { readonly kind: 'network'; readonly protocol: string; readonly name: string }
  | { readonly kind: 'volume'; readonly pool: string; readonly volume: string }
  | { readonly kind: 'other'; readonly type: string }
  | { readonly kind: 'empty' };

export interface Disk {
  /** The name the guest's side has in libvirt: `vda`. */
  readonly target: string;
  readonly device: 'disk' | 'cdrom' | 'floppy' | 'lun';
  readonly source: DiskSource;
  readonly format: string | null;
  readonly cache: string | null;
  readonly readOnly: boolean;
  readonly shareable: boolean;
  /** `virtio`, `sata`, … */
  readonly bus: string | null;
  /** What its image builds on, the nearest first. */
  readonly backing: readonly DiskSource[];
  /** Whether the XML that is sent to the destination names {@link backing}; if not, it is read from the image there. */
  readonly backingSent: boolean;
  readonly startupPolicy: StartupPolicy;
  readonly secrets: readonly SecretName[];
}

/** What happens to a disk whose file is missing where the domain starts: only `mandatory` stops it. */
export type StartupPolicy = 'mandatory' | 'requisite' | 'optional';

/** How a domain names a secret: by UUID, or by what it is for. */
export interface SecretName {
  /** `passphrase`, `ceph`, `iscsi`, … */
  readonly type: string;
  readonly uuid: string | null;
  readonly usage: string | null;
}

/** What a domain asks of the host that runs it, besides its disks. */
export interface Requirements {
  readonly bootFiles: readonly BootFile[];
  /** `null`: its memory lies in ordinary pages. */
  readonly hugePages: HugePages | null;
  /** Whether all of its memory must stay in RAM: `<memoryBacking><locked/>`. */
  readonly locked: boolean;
  readonly pinning: readonly Pinning[];
  readonly numaNodes: readonly NumaNodes[];
  readonly securityLabels: readonly SecurityLabel[];
}

export interface BootFile {
  readonly role: 'kernel' | 'initrd' | 'dtb' | 'loader' | 'nvram' | 'nvram-template';
  readonly path: string;
}

export interface HugePages {
  /** `cells`: the guest's own cells that lie in pages of this size, as in `0-1,3`; `null`: all others. None: the default size. */
  readonly pages: readonly { readonly bytes: number; readonly cells: string | null }[];
  readonly cells: readonly { readonly id: string; readonly bytes: number }[];
}

/** Host CPUs that something may run on, as in `0-3,^2`. */
export interface Pinning {
  readonly what: string;
  readonly cpus: string;
}

/** Host NUMA nodes that memory comes from, as in `0-1`. */
export interface NumaNodes {
  readonly mode: string;
  readonly nodes: string;
}

export interface SecurityLabel {
  readonly model: string;
  readonly type: string;
  readonly xml: string;
}

/** What a guest's network card is plugged into on the host. */
export type NicSource =
  | { readonly kind: 'bridge'; readonly bridge: string }
  | { readonly kind: 'network'; readonly network: string; readonly portgroup: string | null }
  /** macvtap, or a virtual function that is handed through. */
  | { readonly kind: 'direct'; readonly device: string }
  | { readonly kind: 'other'; readonly type: string };

export interface Nic {
  readonly mac: string;
  readonly source: NicSource;
}

/** A domain as its source host describes it. */
export interface Domain {
  readonly name: string;
  readonly uuid: string;
  readonly state: DomainStateName;
  readonly persistent: boolean;
  readonly memoryBytes: number;
  readonly vcpus: number;
  readonly arch: string;
  readonly machine: string;
  /** `kvm`, `qemu`, … */
  readonly virtType: string;
  readonly emulator: string | null;
  /** The `<cpu>` element as text, `null` where the domain has none. */
  readonly cpuXml: string | null;
  readonly disks: readonly Disk[];
  /** What else it is made of, as far as that matters to a move. */
  readonly devices: readonly Device[];
  readonly requires: Requirements;
  readonly nics: readonly Nic[];
}

/** The CPU as the guest's description asks for it. */
export interface CpuPart {
  readonly kind: 'cpu';
  /** `custom`, `host-model`, `host-passthrough`, `maximum`. */
  readonly mode: string;
  readonly model: string | null;
  /** Whether `host-passthrough` leaves out what can't be moved. */
  readonly migratable: boolean;
  readonly features: readonly { readonly name: string; readonly policy: string }[];
  /** vCPUs that share a socket; 1 where no topology is given, as libvirt then makes each a socket. */
  readonly perSocket: number;
  /** Whether its clock has the rate of the time stamp counter fixed. */
  readonly tscFrequencySet: boolean;
}

/** A part of a guest that can stand in the way of a move. What a description doesn't say is an empty text. */
export type Device =
  | CpuPart
  | {
      readonly kind: 'disk';
      readonly target: string;
      readonly bus: string;
      /** `file`, `block`, `nvme`, `vhostuser`, … */
      readonly type: string;
      readonly format: string;
      /** Those of the images that it is built on, the nearest first. */
      readonly backingFormats: readonly string[];
      /** What the guest writes is thrown away when it ends. */
      readonly transient: boolean;
    }
  | {
      readonly kind: 'host-device';
      /** `pci`, `usb`, `mdev`, `scsi`, `scsi_host`, … */
      readonly type: string;
      /** Which one, as its host knows it. */
      readonly name: string;
      /** Unplugged for the move, with another interface in its place (`<teaming>`). */
      readonly failsOver: boolean;
    }
  /** A part of the guest that a process of its own on the host plays. */
  | { readonly kind: 'vhost-user'; readonly what: string; readonly path: string }
  | { readonly kind: 'interface'; readonly type: string; readonly mac: string; readonly failsOver: boolean }
  | {
      readonly kind: 'filesystem';
      /** `path` and `handle` are 9p. */
      readonly driver: string;
      readonly target: string;
      /** libvirt only connects to its virtiofsd, which somebody else runs. */
      readonly externalDaemon: boolean;
    }
  | { readonly kind: 'shared-memory'; readonly name: string; readonly model: string; readonly role: string }
  /** `placed`: its slot and address are known. */
  | { readonly kind: 'memory'; readonly model: string; readonly placed: boolean }
  | { readonly kind: 'tpm'; readonly backend: string; readonly model: string; readonly version: string }
  | { readonly kind: 'video'; readonly model: string; readonly accelerated: boolean }
  | { readonly kind: 'crypto'; readonly model: string }
  | { readonly kind: 'sound'; readonly model: string }
  /** `port`: what the guest sees it on: `isa-serial`, `usb-serial`, … */
  | { readonly kind: 'serial'; readonly port: string }
  /** `sev`, `sev-snp`, `tdx`, `s390-pv`. */
  | { readonly kind: 'protection'; readonly type: string };

export type Severity = 'blocker' | 'warning' | 'notice' | 'pass';

/** One result of preflight. */
export interface Finding {
  /** Stable, for example `cpu.incompatible`. */
  readonly id: string;
  /** What it is about: `cpu`, `memory`, `storage`, … */
  readonly subject: string;
  readonly severity: Severity;
  /** Names the object and the host. */
  readonly message: string;
  /** The names and figures in it, for those who say it in another language. */
  readonly values: Readonly<Record<string, string>>;
  /** What was seen that leads to it. */
  readonly evidence: string;
  /** What mends it, where something does. */
  readonly fix: Fix | null;
}

export interface Fix {
  /** A command that the user can run, or a sentence. */
  readonly command: string;
  readonly automatic: boolean;
}

export type Verdict = 'ready' | 'warnings' | 'blocked';

/** All findings about moving one domain from one host to another. */
export interface CheckReport {
  readonly domain: { readonly name: string; readonly uuid: string };
  readonly source: string;
  readonly destination: string;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** What `--fix` did before these findings were made. */
  readonly repaired?: readonly Repaired[];
}

/** What was done about a finding, or why it could not be. */
export interface Repaired {
  readonly finding: Finding;
  readonly result: 'mended' | 'failed';
  /** What was done, and how to undo it; or what stood against it. */
  readonly text: string;
}

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
  readonly method: Method;
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

/** One look at a running move. */
export interface Progress {
  readonly elapsedMs: number;
  /** Passes over memory so far, the first included; 0 before it. */
  readonly iteration: number;
  readonly memoryTotalBytes: number;
  readonly memoryProcessedBytes: number;
  readonly memoryRemainingBytes: number;
  readonly rateBytesPerS: number;
  readonly dirtyRateBytesPerS: number;
  /** What QEMU expects the pause to be if it switched over now. */
  readonly expectedDowntimeMs: number | null;
  /** How far auto-converge holds the guest back. */
  readonly throttlePercent: number;
  /** The disks that are copied, where there are any. They come before memory, and then keep up with the guest. */
  readonly disks?: readonly DiskProgress[];
}

/** How far the copy of a disk is. `totalBytes` grows while the guest writes. */
export interface DiskProgress {
  /** `vda`. */
  readonly target: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export type Result = 'migrated' | 'blocked' | 'rolled-back' | 'aborted' | 'uncertain';

/** How a move ended. Also the last line of `migrate --json`, with `type: 'outcome'`. */
export interface Outcome {
  readonly operationId: string;
  readonly result: Result;
  /** Why, in one line: what failed, and where the domain is now. Empty after plain success. */
  readonly reason: string;
  readonly domain: { readonly name: string; readonly uuid: string };
  readonly source: string;
  readonly destination: string;
  readonly method: Method;
  readonly totalMs: number;
  /** The pause that QEMU reports. */
  readonly downtimeMs: number | null;
  /** The pause measured from outside the guest. */
  readonly blackoutMs: number | null;
  readonly bytesTransferred: number | null;
  readonly iterations: number | null;
  /** Disks that the source keeps although their copies have gone on: what is in them is the past. */
  readonly staleDisks?: readonly string[];
  /** The domain was moved shut off, so nobody runs it. */
  readonly offline?: true;
}

/** What recovery may do, each one safe where {@link decide} chooses it. */
export type StepName =
  | 'wait'
  | 'follow'
  | 'abort-job'
  | 'cancel-destination'
  | 'resume-source'
  | 'suspend-source'
  | 'destroy-source'
  | 'finish'
  | 'commit'
  | 'release-source'
  | 'resume-post-copy'
  | 'undefine-destination'
  | 'restore-definition'
  | 'set-autostart'
  | 'undefine-source'
  | 'remove-volume'
  | 'remove-pool'
  | 'restore-downtime'
  | 'hold'
  | 'done';

export type Phase =
  | 'inventory'
  | 'preflight'
  | 'begin'
  | 'prepare'
  | 'perform'
  | 'finish'
  | 'commit'
  | 'confirm'
  | 'verify'
  /** Of a domain that is shut off. */
  | OfflinePhase;

export type OfflinePhase = 'send' | 'compare' | 'define';

/** What `migrate` tells while it works. */
export type MoveEvent =
  | {
      readonly type: 'started';
      readonly operationId: string;
      readonly domain: string;
      readonly source: string;
      readonly destination: string;
    }
  | { readonly type: 'phase'; readonly phase: Phase }
  /** Recovery's next step, after something went wrong. */
  | { readonly type: 'step'; readonly step: StepName; readonly reason: string }
  | { readonly type: 'checked'; readonly report: CheckReport }
  /** An image is sent as it is: one that disks build on, or a disk of a domain that is shut off. */
  | {
      readonly type: 'sending';
      readonly path: string;
      readonly doneBytes: number;
      readonly totalBytes: number;
    }
  | ({ readonly type: 'progress' } & Progress)
  /** Something the user should read: a choice made and its reason. */
  | { readonly type: 'notice'; readonly message: string }
  /** Who runs the guest has changed, or may have. */
  | { readonly type: 'owner'; readonly owner: 'source' | 'destination' };
