import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import { MARK } from '../host/processes.ts';
import { run } from '../program.ts';
import { namespaceOf } from '../topology/names.ts';
import { mebibytes } from '../topology/topology.ts';
import { consoleOf, diskOf, type FullMachineParts, qemuArguments } from './qemu.ts';

/** Under TCG a machine that has a core to itself takes about half a minute; two on a busy core, many times that. */
const READY_MS = 600_000;
const POLL_MS = 100;
/** What ferry-ready.service says, once ssh, libvirt, the network and the firewall are there. */
const READY = 'ferry: ready';

/** Starts a full machine in its namespace, and waits until it can be used. */
export async function startFullMachine(
  lab: string,
  parts: FullMachineParts,
  signal: AbortSignal,
): Promise<void> {
  const { base, hostDirectory, name, wanted } = parts;
  const overlay = ['-f', 'qcow2', '-b', join(base, 'disk.raw'), '-F', 'raw', diskOf(hostDirectory)];
  await run('qemu-img', ['create', '-q', ...overlay, `${mebibytes(wanted.disk)}M`]);
  const logFile = join(hostDirectory, 'qemu.log');
  const log = await open(logFile, 'w');
  // The first of a PID namespace: that is how a host's PID 1 is known (host/processes.ts).
  const inside = ['netns', 'exec', namespaceOf(lab, name), 'unshare', '--pid', '--fork', '--kill-child'];
  const child = spawn('ip', [...inside, 'qemu-system-x86_64', ...qemuArguments(parts)], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', [MARK]: namespaceOf(lab, name) },
  });
  await log.close();
  const ended = endOf(child);
  const until = performance.now() + READY_MS;
  for (;;) {
    signal.throwIfAborted();
    const said = await readFile(consoleOf(hostDirectory), 'latin1').catch(() => '');
    if (said.includes(READY)) break;
    const isOver = performance.now() > until;
    if (isOver || ended.aborted) {
      const why = isOver ? `it was not ready within ${READY_MS / 1000} s` : 'its QEMU ended';
      const words = isOver ? said : await readFile(logFile, 'utf8');
      throw new LabError('timeout', `the full machine ${name} did not start: ${why}; ${lastLine(words)}`);
    }
    await setTimeout(POLL_MS);
  }
  child.unref();
}

/** Aborted when a program has ended, or couldn't begin. */
function endOf(child: ChildProcess): AbortSignal {
  const over = new AbortController();
  child.once('exit', () => over.abort()).once('error', () => over.abort());
  return over.signal;
}

function lastLine(text: string): string {
  return `the last that was said: ${text.trim().split('\n').at(-1)?.trim() || 'nothing'}`;
}
