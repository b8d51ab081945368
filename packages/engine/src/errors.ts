/** Every error that the engine throws has one of these codes. They are stable; messages are not. */
export type EngineErrorCode =
  /** No known host has that domain. */
  | 'no-domain'
  /** More than one known host has that domain. */
  | 'ambiguous-domain'
  /** There is no such operation, or it isn't open. */
  | 'no-operation'
  /** The journal can't be read or written. */
  | 'journal'
  /** The domain has an open operation already. */
  | 'busy'
  /** Another controller has taken the operation over: this one must do nothing more. */
  | 'fenced'
  /** The destination has a file where a disk is to be copied to. */
  | 'in-the-way'
  /** An image can't be made, read or sent. */
  | 'storage'
  /** Somebody started, or changed, a domain while it was moved shut off. */
  | 'changed'
  /** A host is not the machine it was when the operation began. */
  | 'identity'
  /** The operator chose what would end the only running copy of a guest. */
  | 'choice'
  /** What was asked of a share can't be meant so. */
  | 'share-request'
  /** A share can't be made, looked at or removed: nothing was touched. */
  | 'share'
  /** A host sent XML that can't be used. */
  | 'xml';

export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
