import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Mover } from '../fault/fault.ts';
import type { Said } from '../ferry/ferry-process.ts';
import { signalsTo } from '../signals.ts';
import { addressOf, hostRef, otherHost, type Setting } from '../stage.ts';
import type { Way } from '../way.ts';

/** libvirt's own client, as it is used by hand; it makes the same move through the same proxies. */
export class VirshProcess implements Mover {
  readonly ended: Promise<Said>;
  readonly kill: Mover['kill'];
  readonly stop: Mover['stop'];
  readonly wake: Mover['wake'];
  readonly #child: ChildProcess;

  constructor({ stage, guest, from }: Setting, { drive, method, disk }: Way) {
    const to = otherHost(from);
    const there = hostRef(stage, to);
    const args = [
      ...['-c', hostRef(stage, from).uri, 'migrate', '--live', '--persistent', '--undefinesource'],
      // Without it libvirt takes no disk on a file system that it doesn't know as shared.
      ...(disk === 'shared' ? ['--unsafe'] : ['--copy-storage-all']),
      ...(method === 'post-copy' ? ['--postcopy', '--postcopy-after-precopy'] : []),
      ...(drive === 'p2p' ? ['--p2p'] : []),
      guest.name,
      drive === 'p2p' ? (there.peerUri ?? there.uri) : there.uri,
      `tcp://${addressOf(to)}`,
    ];
    this.#child = spawn('virsh', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    ({ kill: this.kill, stop: this.stop, wake: this.wake } = signalsTo(this.#child));
    let said = '';
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    this.ended = once(this.#child, 'exit').then(([code]): Said => {
      if (code === null) return { said: 'killed' };
      return { said: 'error', message: code === 0 ? 'migrated' : said.trim().replaceAll('\n', ' ') };
    });
  }

  /** It asks no clock. */
  jump(): void {}
}
