import { array, type Infer, i32, optional, string, struct, u32, u64, uuid } from '../xdr/codec.ts';
import { typedParam } from './typed-param.ts';

// The structs that several calls share, as in libvirt's src/remote/remote_protocol.x. Limits keep its names.

export const DOMAIN_LIST_MAX = 16_384;
export const MIGRATE_COOKIE_MAX = 4_194_304;
export const MIGRATE_PARAM_LIST_MAX = 64;
export const JOB_STATS_MAX = 64;
export const SCHEDULER_PARAMS_MAX = 16;
export const BLOCK_COPY_PARAMS_MAX = 16;
export const MEMORY_PEEK_MAX = 4_194_304;

/** `remote_nonnull_domain`. `id` is -1 for a domain that does not run. */
export const domain = struct({ name: string, uuid, id: i32 });
export type DomainRef = Infer<typeof domain>;

export const network = struct({ name: string, uuid });
export type NetworkRef = Infer<typeof network>;

/** `remote_nonnull_interface`: a network device of the host. */
export const hostInterface = struct({ name: string, mac: string });

export const storagePool = struct({ name: string, uuid });
export type StoragePoolRef = Infer<typeof storagePool>;

export const storageVol = struct({ pool: string, name: string, key: string });
export type StorageVolRef = Infer<typeof storageVol>;

export const nodeDevice = struct({ name: string });

export const secret = struct({ uuid, usageType: i32, usageId: string });

export const memoryStat = struct({ tag: i32, value: u64 });
export const nodeStat = struct({ field: string, value: u64 });

export const domainStatsRecord = struct({ dom: domain, params: array(typedParam, 262_144) });

export const domainInterface = struct({
  name: string,
  hwaddr: optional(string),
  addrs: array(struct({ type: i32, addr: string, prefix: u32 }), 2048),
});

/** `virNetMessageError`: the payload of a reply whose status is ERROR. */
export const messageError = struct({
  code: i32,
  domain: i32,
  message: optional(string),
  level: i32,
  dom: optional(domain),
  str1: optional(string),
  str2: optional(string),
  str3: optional(string),
  int1: i32,
  int2: i32,
  net: optional(network),
});
