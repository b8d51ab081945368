// The engine's public surface.
export { requestAbort } from './abort.ts';
export { type CheckOptions, type CheckRequest, check } from './check.ts';
export { checkHost } from './check-host.ts';
export type { Env, RunningProgram } from './env.ts';
export { EngineError, type EngineErrorCode } from './errors.ts';
export { type Accuracy, accuracyOf } from './forecast/accuracy.ts';
export { type ForecastRequest, forecastMove } from './forecast-move.ts';
export { findDomain, listDomains, readHost } from './inventory/list.ts';
export type { Entry, Holder, Journal, Lease, NewEntry, NewOperation, Operation } from './journal/journal.ts';
export type { Share } from './journal/share-ledger.ts';
export { migrate } from './migrate/migrate.ts';
export type * from './model.ts';
export { catalogue, titles } from './preflight/catalogue.ts';
export type { Text } from './preflight/check.ts';
export { createEnv, type EnvOptions, type RealEnv } from './real-env.ts';
export { type Attendance, attendanceOf } from './recover/attendance.ts';
export type { Choice } from './recover/record.ts';
export { type RecoverOptions, type Recovery, recover } from './recover/recover.ts';
export type { Sighting } from './recover/sighting.ts';
export type { Step } from './recover/step.ts';
export { type Survey, survey } from './recover/survey.ts';
export { type AdoptRequest, adoptDomain } from './share/adopt/adopt.ts';
export type { CopyProgress } from './share/adopt/block-copy.ts';
export { createShare } from './share/create.ts';
export { findShares } from './share/ledger.ts';
export type {
  MountWith,
  ShareProblem,
  ShareReport,
  ShareRequest,
  StepReport,
} from './share/model.ts';
export { type RemoveRequest, removeShare } from './share/remove.ts';
export { type ShareStatus, shareStatus } from './share/status.ts';
export { problemTexts, stepTexts } from './share/texts.ts';
export { readTuning, setTuning, type Tuning, type TuningChange } from './tune.ts';
