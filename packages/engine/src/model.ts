// The words of the engine, as types. Nothing here does anything.

export type * from './model/device.ts';
export type * from './model/domain.ts';
export type * from './model/finding.ts';
export type * from './model/forecast.ts';
export type * from './model/host.ts';
export type * from './model/move.ts';
export type * from './model/request.ts';
export type * from './model/strategy.ts';
export type * from './model/trace.ts';
