/** Every error that this package throws has one of these codes. They are stable; messages are not. */
export type LibvirtErrorCode =
  /** The daemon answered a call with an error; see {@link RemoteError}. */
  | 'remote'
  /** No connection could be made: nothing listens, no route, ssh failed. */
  | 'connect'
  /** The TLS handshake or a certificate was refused, by us or by the daemon. */
  | 'tls'
  /** The daemon wants an authentication that failed or that we can't give. */
  | 'auth'
  /** The connection ended while calls were waiting, or before a call was made. */
  | 'disconnected'
  /** The other side broke the protocol. The connection is closed. */
  | 'protocol'
  /** A call did not come back within its deadline. */
  | 'timeout'
  /** The URI can't be understood. */
  | 'uri';

/** Base of all errors of this package. */
export class LibvirtError extends Error {
  override readonly name: string = 'LibvirtError';
  readonly code: LibvirtErrorCode;

  constructor(code: LibvirtErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** What libvirt says of an error: `virError` in virterror.h, without the unused fields. */
export interface RemoteErrorDetail {
  /** `VIR_ERR_*`, see {@link ErrorNumber}. */
  readonly number: number;
  /** `VIR_FROM_*`: the part of libvirt that raised it. */
  readonly domain: number;
  readonly level: number;
  readonly message: string;
  readonly details: readonly string[];
  /** The errno of a {@link ErrorNumber.systemError} (virReportSystemError puts it into `int1`). */
  readonly errno?: number;
}

/** The daemon's own answer that a call failed. The connection stays usable. */
export class RemoteError extends LibvirtError {
  override readonly name = 'RemoteError';
  readonly number: number;
  readonly domain: number;
  readonly level: number;
  readonly details: readonly string[];
  readonly errno: number | null;

  constructor(detail: RemoteErrorDetail) {
    super('remote', detail.message);
    this.number = detail.number;
    this.domain = detail.domain;
    this.level = detail.level;
    this.details = detail.details;
    this.errno = detail.errno ?? null;
  }
}

/** True for a {@link RemoteError} that carries one of the given `VIR_ERR_*` numbers. */
export function isRemote(error: unknown, ...numbers: number[]): error is RemoteError {
  return error instanceof RemoteError && (numbers.length === 0 || numbers.includes(error.number));
}

/** What to tell people of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
