// The engine's public surface.
export { requestAbort } from './abort.ts';
export { type CheckOptions, type CheckRequest, check } from './check.ts';
export { checkHost } from './check-host.ts';
export type { Env, RunningProgram } from './env.ts';
export { EngineError, type EngineErrorCode } from './errors.ts';
export { type Accuracy, accuracyOf } from './forecast/accuracy.ts';
export { type ForecastRequest, forecastMove } from './forecast-move.ts';
export { type Health, readHealth } from './host-shell/health.ts';
export {
  type CommandEnd,
  type CommandOptions,
  canRunCommand,
  runCommand,
  runCommandHere,
} from './host-shell/run-command.ts';
export { findDomain, listDomains, readHost } from './inventory/list.ts';
export type { Entry, Holder, Journal, Lease, NewEntry, NewOperation, Operation } from './journal/journal.ts';
export type {
  NewRunEntry,
  RollStep,
  Run,
  RunEntry,
  RunGoal,
  RunMove,
  RunOutcome,
} from './journal/run-ledger.ts';
export type { Share } from './journal/share-ledger.ts';
export { linkRates } from './measure/link-rates.ts';
export { type DomainLoad, measureLoads } from './measure/loads.ts';
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
export { beginRun, busyWithRun, type OwnRun, takeRun } from './run/own-run.ts';
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
