/** What is expected of an ssh target, in words. */
export const SSH_TARGET_RULE = 'an ssh target such as root@10.0.0.2 or admin@beta:2222';

/** `[user@]host[:port]`: nothing that ssh or a shell could take for an option or for words of its own. */
const SSH_TARGET =
  /^(?:(?<user>[A-Za-z_][A-Za-z0-9_.-]*)@)?(?<host>[A-Za-z0-9][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])(?::(?<port>\d{1,5}))?$/;

interface SshTarget {
  readonly user: string | null;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: string | null;
}

/** Understands an ssh target; `null` where it is none. */
export function parseSshTarget(text: string): SshTarget | null {
  const { user = null, host, port = null } = SSH_TARGET.exec(text)?.groups ?? {};
  return host === undefined ? null : { user, host: host.replace(/^\[(.*)\]$/, '$1'), port };
}
