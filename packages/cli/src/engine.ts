import type * as engine from '@virt-ferry/engine';

/** What the commands need of the engine. Tests put another one in its place. */
export type Engine = Pick<
  typeof engine,
  | 'accuracyOf'
  | 'adoptDomain'
  | 'attendanceOf'
  | 'check'
  | 'checkHost'
  | 'createEnv'
  | 'createShare'
  | 'findDomain'
  | 'findShares'
  | 'forecastMove'
  | 'listDomains'
  | 'migrate'
  | 'readHost'
  | 'readTuning'
  | 'recover'
  | 'removeShare'
  | 'requestAbort'
  | 'setTuning'
  | 'shareStatus'
  | 'survey'
>;
