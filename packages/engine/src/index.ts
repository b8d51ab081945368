// The engine's public surface.

export type { Env, RunningProgram } from './env.ts';
export { EngineError, type EngineErrorCode } from './errors.ts';
export type { Entry, Journal, NewEntry, NewOperation, Operation } from './journal/journal.ts';
export type * from './model.ts';
