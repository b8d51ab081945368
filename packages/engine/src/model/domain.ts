// Domains, and what they ask of a host.
import type { Device } from './device.ts';

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
