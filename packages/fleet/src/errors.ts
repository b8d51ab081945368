/** Every error that planning throws has one of these codes. They are stable; messages are not. */
export type FleetErrorCode =
  /** The inventory can't be read, or contradicts itself. The message names the place. */
  | 'inventory'
  /** A host or domain that was asked for isn't in the inventory. */
  | 'unknown'
  /** A plan doesn't fit the fleet that it is held against. */
  | 'plan';

export class FleetError extends Error {
  override readonly name = 'FleetError';
  readonly code: FleetErrorCode;

  constructor(code: FleetErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
