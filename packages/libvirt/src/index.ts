export { type ConnectOptions, connect } from './connect.ts';
export type { Calls, Connection, Unsubscribe, VolumePart } from './connection.ts';
export {
  isRemote,
  LibvirtError,
  type LibvirtErrorCode,
  messageOf,
  RemoteError,
  type RemoteErrorDetail,
} from './errors.ts';
export {
  AddressSource,
  AffectFlag,
  AllDomainStatsFlag,
  CompareCpuFlag,
  CpuCompare,
  DefineFlag,
  DomainState,
  DomainStats,
  ErrorNumber,
  Feature,
  JobStatsFlag,
  JobType,
  LifecycleEvent,
  ListDomainsFlag,
  ListPoolsFlag,
  MaxSpeedFlag,
  MemoryPeekFlag,
  MigrateFlag,
  NodeDeviceFlag,
  PausedReason,
  PoolCreateFlag,
  RunningReason,
  SecretUsage,
  UndefineFlag,
  XmlFlag,
} from './protocol/constants.ts';
export type { EventName, EventPayload } from './protocol/events.ts';
export type { DomainRef, NetworkRef, StoragePoolRef, StorageVolRef } from './protocol/structs.ts';
export { param, paramsByName, type TypedParam } from './protocol/typed-param.ts';
export type { CallOptions } from './rpc/client.ts';
export type { Keepalive } from './rpc/link.ts';
export type { Piece } from './rpc/stream.ts';
export { destinationArguments, loginArguments, parseUri, type SharedLogin, type Target } from './uri.ts';
export { formatVersion } from './version.ts';
