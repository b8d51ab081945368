import type * as engine from '@virt-ferry/engine';

/** What the commands need of the engine. Tests put another one in its place. */
export type Engine = Pick<
  typeof engine,
  | 'accuracyOf'
  | 'attendanceOf'
  | 'beginRun'
  | 'busyWithRun'
  | 'canRunCommand'
  | 'check'
  | 'checkHost'
  | 'createEnv'
  | 'createShare'
  | 'findDomain'
  | 'findShares'
  | 'forecastMove'
  | 'linkRates'
  | 'listDomains'
  | 'measureLoads'
  | 'migrate'
  | 'readHealth'
  | 'readHost'
  | 'readTuning'
  | 'recover'
  | 'removeShare'
  | 'requestAbort'
  | 'runCommand'
  | 'runCommandHere'
  | 'setTuning'
  | 'shareStatus'
  | 'survey'
  | 'takeRun'
>;
