import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The hosts file: `$FERRY_HOSTS`, or hosts.yaml in the user's configuration. */
export function hostsPath(env: NodeJS.ProcessEnv): string {
  return env.FERRY_HOSTS || join(base(env.XDG_CONFIG_HOME, '.config'), 'ferry', 'hosts.yaml');
}

/** The journal, in `$FERRY_STATE` or the user's state directory. */
export function journalPath(env: NodeJS.ProcessEnv): string {
  return join(env.FERRY_STATE || join(base(env.XDG_STATE_HOME, '.local/state'), 'ferry'), 'journal.db');
}

/** An empty or relative value counts as none (https://specifications.freedesktop.org/basedir-spec/). */
function base(given: string | undefined, inHome: string): string {
  return given !== undefined && isAbsolute(given) ? given : join(homedir(), inHome);
}
