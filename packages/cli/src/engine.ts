import type * as engine from '@virt-ferry/engine';

/** What the commands need of the engine. Tests put another one in its place. */
export type Engine = Pick<
  typeof engine,
  | 'accuracyOf'
  | 'attendanceOf'
  | 'check'
  | 'checkHost'
  | 'createEnv'
  | 'findDomain'
  | 'forecastMove'
  | 'listDomains'
  | 'migrate'
  | 'readHost'
  | 'readTuning'
  | 'recover'
  | 'requestAbort'
  | 'setTuning'
  | 'survey'
>;
