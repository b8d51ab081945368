import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { destinationArguments, parseUri } from '@virt-ferry/libvirt';
import { processOf } from './process.ts';

/** A socket's path has room for 107 bytes, and ssh adds 17 to it while it makes one. */
const PATH_BYTES_MAX = 90;

/**
 * Where connections to a host may share one login of ssh: the path of a socket of their own. `null` where that can't be:
 * the host is reached without ssh, or the user has arranged for shared logins already, which work as they are.
 *
 * Sockets are removed by the ssh that made them; those of an ssh that was killed, here.
 */
export async function controlPathFor(uri: string, directory: string, id: string): Promise<string | null> {
  const target = parseUri(uri);
  if (target.transport !== 'ssh' || basename(target.command) !== 'ssh') return null;
  const path = join(directory, `${process.pid}-${id}`);
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) return null;
  const configured = isConfigured(target.command, [...destinationArguments(target), ...['--', target.host]]);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await removeLeftBehind(directory);
    return (await configured) ? null : path;
  } catch {
    // It is a matter of speed alone.
    return null;
  }
}

/** Whether the user's own configuration names a socket for that host. `ssh -G` prints it, and connects to nobody. */
async function isConfigured(command: string, args: readonly string[]): Promise<boolean> {
  if (!(await mayBeConfigured())) return false;
  const { stdout } = await promisify(execFile)(command, ['-G', ...args], { timeout: 5000 });
  return stdout.split('\n').some((line) => /^controlpath (?!none$)/.test(line));
}

/** Asking ssh takes as long as a tenth of a login, and most people's files (ssh_config(5)) say nothing of it. */
async function mayBeConfigured(): Promise<boolean> {
  const system = await textOf('/etc/ssh/ssh_config');
  const user = await textOf(join(homedir(), '.ssh/config'));
  // Distributions include that directory of their own accord; what else is included may say anything.
  const included = await Promise.all(
    (await readdir(SYSTEM_PARTS).catch(() => [])).map((name) => textOf(join(SYSTEM_PARTS, name))),
  );
  const others = [user, ...system.split('\n').filter((line) => !line.includes(SYSTEM_PARTS)), ...included];
  return others.some((text) => /^\s*(controlpath|include)\b/im.test(text));
}

const SYSTEM_PARTS = '/etc/ssh/ssh_config.d';

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** Of a process that can't be seen here; where none can, a login that can't be shared is done anew. */
async function removeLeftBehind(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = Number.parseInt(name, 10);
    const isSeen = pid === process.pid || processOf(pid).startTicks > 0;
    if (pid > 0 && !isSeen) await rm(join(directory, name), { force: true });
  }
}
