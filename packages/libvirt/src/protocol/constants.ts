// Numbers from libvirt's public headers (include/libvirt/*.h) and, for Feature, from src/libvirt_internal.h.

/** `VIR_ERR_*` that a client may want to tell apart (virterror.h). */
export const ErrorNumber = {
  noSupport: 3,
  noConnect: 5,
  operationFailed: 9,
  operationDenied: 29,
  domainExists: 28,
  systemError: 38,
  rpc: 39,
  noDomain: 42,
  noNetwork: 43,
  authFailed: 45,
  noInterface: 57,
  noStoragePool: 49,
  noStorageVol: 50,
  operationInvalid: 55,
  noSecret: 66,
  operationTimeout: 68,
  argumentUnsupported: 74,
  operationAborted: 78,
  migrateUnsafe: 81,
  operationUnsupported: 84,
  accessDenied: 88,
  cpuIncompatible: 91,
  migrateFinishOk: 93,
  authUnavailable: 94,
} as const;

/** `VIR_DRV_FEATURE_*`. */
export const Feature = {
  migrateChangeProtection: 7,
  keepalive: 10,
  migrationOffline: 12,
  migrationParams: 13,
  eventCallback: 14,
  closeCallback: 15,
} as const;

/** `virDomainState`. */
export const DomainState = {
  noState: 0,
  running: 1,
  blocked: 2,
  paused: 3,
  shutdown: 4,
  shutoff: 5,
  crashed: 6,
  pmSuspended: 7,
} as const;

/** `virDomainPausedReason`, where it matters to a move. */
export const PausedReason = { user: 1, migration: 2, ioError: 5, postCopy: 12, postCopyFailed: 13 } as const;

/** `virDomainRunningReason`, where it matters to a move. */
export const RunningReason = {
  unknown: 0,
  booted: 1,
  migrated: 2,
  unpaused: 5,
  migrationCanceled: 6,
  postCopy: 10,
  postCopyFailed: 11,
} as const;

/** `virDomainMigrateFlags`. */
export const MigrateFlag = {
  live: 1 << 0,
  peer2peer: 1 << 1,
  tunnelled: 1 << 2,
  persistDest: 1 << 3,
  undefineSource: 1 << 4,
  paused: 1 << 5,
  nonSharedDisk: 1 << 6,
  nonSharedInc: 1 << 7,
  changeProtection: 1 << 8,
  unsafe: 1 << 9,
  offline: 1 << 10,
  compressed: 1 << 11,
  abortOnError: 1 << 12,
  autoConverge: 1 << 13,
  postCopy: 1 << 15,
  tls: 1 << 16,
  parallel: 1 << 17,
  synchronousWrites: 1 << 18,
  postCopyResume: 1 << 19,
} as const;

/** `virDomainXMLFlags`. */
export const XmlFlag = { secure: 1, inactive: 2, updateCpu: 4, migratable: 8 } as const;

/** `virDomainMemoryFlags`: whose addresses are meant. */
export const MemoryPeekFlag = { virtual: 1, physical: 2 } as const;

/** `virConnectListAllDomainsFlags`. */
export const ListDomainsFlag = { active: 1, inactive: 2 } as const;

/** `virDomainJobType`. */
export const JobType = { none: 0, bounded: 1, unbounded: 2, completed: 3, failed: 4, cancelled: 5 } as const;

/** `virDomainGetJobStatsFlags`. */
export const JobStatsFlag = { completed: 1, keepCompleted: 2 } as const;

/** `virDomainMigrateMaxSpeedFlags`. */
export const MaxSpeedFlag = { postCopy: 1 } as const;

/** `virDomainStatsTypes`. */
export const DomainStats = {
  state: 1,
  cpu: 2,
  balloon: 4,
  vcpu: 8,
  interface: 16,
  block: 32,
  dirtyRate: 512,
} as const;

/** `virConnectGetAllDomainStatsFlags`; `noWait` (libvirt 4.5) leaves out what a busy domain would have to be asked for. */
export const AllDomainStatsFlag = { active: 1, noWait: 1 << 29 } as const;

/** `virCPUCompareResult`. */
export const CpuCompare = { error: -1, incompatible: 0, identical: 1, superset: 2 } as const;

/** `virConnectCompareCPUFlags`. */
export const CompareCpuFlag = { failIncompatible: 1 } as const;

/** `virDomainEventType`. */
export const LifecycleEvent = {
  defined: 0,
  undefined: 1,
  started: 2,
  suspended: 3,
  resumed: 4,
  stopped: 5,
} as const;

/** `virDomainInterfaceAddressesSource`. */
export const AddressSource = { lease: 0, agent: 1, arp: 2 } as const;

/** `virStoragePoolCreateFlags`: make the pool's directory too. */
export const PoolCreateFlag = { withBuild: 1 } as const;

/** `virConnectListAllStoragePoolsFlags`. */
export const ListPoolsFlag = { inactive: 1, directory: 1 << 6 } as const;

/** `virDomainDefineFlags`: the XML must be as its schema says. */
export const DefineFlag = { validate: 1 } as const;

/** `virDomainUndefineFlagsValues`, where it matters to a move. */
export const UndefineFlag = { managedSave: 1, nvram: 4, keepNvram: 8 } as const;

/** `virDomainModificationImpact`: what a change of a domain is made to. */
export const AffectFlag = { live: 1, config: 2 } as const;

/** `virConnectListAllNodeDeviceFlags`: block devices. */
export const NodeDeviceFlag = { storage: 1 << 8 } as const;

/** `virSecretUsageType`, by the names of the XML (formatsecret.html). */
export const SecretUsage = { none: 0, volume: 1, ceph: 2, iscsi: 3, tls: 4, vtpm: 5 } as const;
