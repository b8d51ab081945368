// The lab's public surface.
export { down } from './down.ts';
export { LabError, type LabErrorCode } from './errors.ts';
export { captureInHost, execInHost } from './exec.ts';
export { connectHost } from './guest/connect.ts';
export { addGuest, type NewGuest, removeGuest } from './guest/guest.ts';
export { type Question, queryGuest } from './guest/query.ts';
export { findGuest, listGuests } from './guest/registry.ts';
export type { GuestReport, SinceReset, StoreReport } from './guest/report.ts';
export {
  type Access,
  type Guest,
  type GuestSpec,
  guestDefaults,
  isDiskPath,
  type LoadRate,
  type Pattern,
} from './guest/spec.ts';
export { hostRoot } from './host/enter.ts';
export { killService, restartService, type Service, startService } from './host/services.ts';
export type { Ran } from './program.ts';
export { median, seededRandom } from './statistics.ts';
export { type HostStatus, hostNames, type LabStatus, readStatus } from './status.ts';
export { addresses, CONTROLLER, labDirectory, namespaceOf, namespacePath } from './topology/names.ts';
export { type UpOptions, up } from './up.ts';
