import { homedir } from 'node:os';
import { join } from 'node:path';

/** The hosts file: `$FERRY_HOSTS`, or hosts.yaml in the user's configuration. */
export function hostsPath(env: NodeJS.ProcessEnv): string {
  return env.FERRY_HOSTS ?? join(env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'ferry', 'hosts.yaml');
}

/** The journal, in `$FERRY_STATE` or the user's state directory. */
export function journalPath(env: NodeJS.ProcessEnv): string {
  const state = env.FERRY_STATE ?? join(env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'ferry');
  return join(state, 'journal.db');
}
