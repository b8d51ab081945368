import { destinationArguments, loginArguments, parseUri } from '@virt-ferry/libvirt';
import type { HostRef } from '../model.ts';
import { parseSshTarget } from './ssh-target.ts';

/** A program that gives a shell on a host. */
export interface ShellCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** What a user would type to try the same. */
  readonly said: string;
}

/** Seconds; ssh itself would wait for minutes. */
const CONNECT_TIMEOUT_S = 5;

/**
 * How to get a shell on a host, `null` where there is no way that the user has shown: by the ssh target that is named for
 * it, by the ssh of its URI, or right here where its URI means this machine. A socket that is named may be anybody's.
 * What goes by the URI's ssh shares its login, where that is to be shared.
 */
export function shellCommand({ uri, ssh }: HostRef, controlPath: string | null = null): ShellCommand | null {
  if (ssh !== undefined) {
    const named = parseSshTarget(ssh);
    if (named === null) return null;
    const { user, host, port } = named;
    return bySsh('ssh', host, [
      ...(port === null ? [] : ['-p', port]),
      ...(user === null ? [] : ['-l', user]),
    ]);
  }
  const target = parseUri(uri);
  if (target.transport === 'unix')
    return /[?&;]socket=/.test(uri) ? null : { file: 'sh', args: ['-s'], said: 'sh' };
  if (target.transport !== 'ssh') return null;
  return bySsh(target.command, target.host, destinationArguments(target), controlPath);
}

/** Neither agent nor X11 is forwarded, and nobody is asked; all else is as in the user's configuration. */
function bySsh(
  file: string,
  host: string,
  who: readonly string[],
  controlPath: string | null = null,
): ShellCommand {
  const shared = controlPath === null ? [] : loginArguments({ controlPath, role: 'further' });
  const how = [...shared, '-o', 'BatchMode=yes', '-o', `ConnectTimeout=${CONNECT_TIMEOUT_S}`];
  const said = [file, ...who, host].join(' ');
  return { file, said, args: ['-a', '-x', '-T', '-e', 'none', ...how, ...who, '--', host, 'sh -s'] };
}
