import { type ChildProcess, spawn } from 'node:child_process';
import { LibvirtError } from '../errors.ts';
import { destinationArguments, loginArguments, peerOf, type SshTarget } from '../uri.ts';
import type { Transport } from './transport.ts';

/** ssh's own words are kept up to this length, to tell the user why it failed. */
const STDERR_MAX_CHARS = 4096;

/**
 * Runs the system's `ssh`, so that ~/.ssh/config, agents and ControlMaster work as they do by hand, and talks through
 * the remote `virt-ssh-helper`, or `nc` where that is missing. Whether ssh got in shows only when the daemon answers,
 * so this returns at once, and the end of the transport tells why it failed.
 */
export async function openSsh(target: SshTarget, signal: AbortSignal): Promise<Transport> {
  signal.throwIfAborted();
  const peer = peerOf(target);
  const child = spawn(target.command, sshArguments(target), { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-STDERR_MAX_CHARS);
  });
  // A write into an ssh that has just died fails, and its end is told by `close` anyway.
  child.stdin.on('error', () => undefined);
  return {
    input: child.stdout,
    output: child.stdin,
    peer,
    destroy: () => {
      child.stdin.end();
      if (target.login?.role === 'first') endSoon(child);
      else child.kill('SIGTERM');
    },
    onEnd: (listener) => {
      child.once('error', (cause) =>
        listener(new LibvirtError('connect', `cannot run ${target.command}: ${cause.message}`, { cause })),
      );
      child.once('close', (code) => listener(explain(target, said, code)));
    },
  };
}

/** What ends by itself once its input has, which takes an answer of the host. */
const GRACE_MS = 2000;

/**
 * The ssh that others share a login with ends when they have: ending it at once would cut them off. It is ended with
 * this process at the latest.
 */
function endSoon(child: ChildProcess): void {
  const end = () => child.kill('SIGTERM');
  const timer = setTimeout(end, GRACE_MS).unref();
  process.once('exit', end);
  child.once('close', () => {
    clearTimeout(timer);
    process.off('exit', end);
  });
}

function explain(target: SshTarget, said: string, exitCode: number | null): LibvirtError {
  const last = said.trim().split('\n').at(-1)?.trim();
  if (last) {
    const advice = `try: ssh ${target.user === null ? '' : `${target.user}@`}${target.host}`;
    return new LibvirtError('connect', `ssh to ${target.host} failed: ${last}; ${advice}`);
  }
  const how = exitCode === null ? '' : ` (ssh exited with ${exitCode})`;
  return new LibvirtError('disconnected', `the connection to ${peerOf(target)} ended${how}`);
}

/** Arguments for ssh: an array, so that nothing in a URI is read by a local shell. Exported for its test. */
export function sshArguments(target: SshTarget): string[] {
  const args = destinationArguments(target);
  if (!target.tty) args.push('-o', 'BatchMode=yes');
  if (target.login !== undefined) args.push(...loginArguments(target.login));
  return [...args, '-T', '-e', 'none', '--', target.host, remoteCommand(target)];
}

/** The command line for the remote user's shell. Whatever comes from the URI is quoted. */
function remoteCommand(target: SshTarget): string {
  const helper = `exec virt-ssh-helper ${shellQuote(target.name)}`;
  const socket = target.socket === null ? '' : shellQuote(target.socket);
  const findSocket =
    socket !== ''
      ? `s=${socket}`
      : 's=/var/run/libvirt/libvirt-sock; [ -S "$s" ] || s=/var/run/libvirt/virtqemud-sock';
  const nc = shellQuote(target.netcat ?? 'nc');
  // Some netcats end only when told to with -q; those that don't know it must not be given it.
  const netcat = `${findSocket}; if ${nc} -q 2>&1 | grep -q 'requires an argument'; then exec ${nc} -q 0 -U "$s"; else exec ${nc} -U "$s"; fi`;
  switch (target.proxy) {
    case 'native':
      return `sh -c ${shellQuote(helper)}`;
    case 'netcat':
      return `sh -c ${shellQuote(netcat)}`;
    case 'auto':
      return `sh -c ${shellQuote(`if command -v virt-ssh-helper >/dev/null 2>&1; then ${helper}; else ${netcat}; fi`)}`;
    default:
      return target.proxy satisfies never;
  }
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
