// The engine's public surface.
export { requestAbort } from './abort.ts';
export { check } from './check.ts';
export type { Env, RunningProgram } from './env.ts';
export { EngineError, type EngineErrorCode } from './errors.ts';
export { findDomain, listDomains, readHost } from './inventory/list.ts';
export type { Entry, Holder, Journal, Lease, NewEntry, NewOperation, Operation } from './journal/journal.ts';
export { migrate } from './migrate/migrate.ts';
export type * from './model.ts';
export { createEnv, type EnvOptions, type RealEnv } from './real-env.ts';
export { type Attendance, attendanceOf } from './recover/attendance.ts';
export type { Choice } from './recover/record.ts';
export { type RecoverOptions, type Recovery, recover } from './recover/recover.ts';
export type { Sighting } from './recover/sighting.ts';
export type { Step } from './recover/step.ts';
export { type Survey, survey } from './recover/survey.ts';
export { readTuning, setTuning, type Tuning, type TuningChange } from './tune.ts';
