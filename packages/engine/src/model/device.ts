// What a domain is made of, as far as that matters to a move.

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
