/** Every error that the lab throws has one of these codes. They are stable; messages are not. */
export type LabErrorCode =
  /** Root, or a program, is missing. */
  | 'environment'
  /** The topology file can't be used. */
  | 'topology'
  /** A lab, host or guest that isn't there, is there already, or can't be. */
  | 'name'
  /** Another command works on this lab. */
  | 'locked'
  /** A program that the lab ran failed. */
  | 'program'
  /** What a lab recorded, or a guest answered, can't be understood. */
  | 'record'
  /** It was stopped on request. */
  | 'aborted'
  /** Something did not come up in time. */
  | 'timeout';

export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
