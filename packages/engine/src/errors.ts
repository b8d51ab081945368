/** Every error that the engine throws has one of these codes. They are stable; messages are not. */
export type EngineErrorCode =
  /** No known host has that domain. */
  | 'no-domain'
  /** More than one known host has that domain. */
  | 'ambiguous-domain'
  /** The journal can't be read or written. */
  | 'journal'
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
