import { readdirSync, readlinkSync } from 'node:fs';
import { argumentsOf, type GuestIdentity, isQemuOf } from '../qemu-process.ts';

/** A host, and its network namespace as /proc names it: `net:[4026532000]`. */
export interface WatchedHost {
  readonly name: string;
  readonly network: string;
}

/** A QEMU of the guest, just found. */
export interface Found {
  readonly host: string;
  readonly pid: number;
}

const FORGET_MS = 1000;

/**
 * Looks for new QEMU processes of a guest on all hosts. Made to be called each few milliseconds: a process outside of the
 * hosts is looked at once. One inside is looked at each time, since libvirtd's children become QEMU while we watch.
 * What was remembered is forgotten each second, as pids are used again.
 */
export class Scanner {
  readonly #guest: GuestIdentity;
  readonly #hosts: ReadonlyMap<string, string>;
  readonly #outside = new Set<string>();
  #forgottenMs = 0;

  constructor(guest: GuestIdentity, hosts: readonly WatchedHost[]) {
    this.#guest = guest;
    this.#hosts = new Map(hosts.map(({ name, network }) => [network, name]));
  }

  /** QEMUs of the guest that are not `known`. */
  scan(nowMs: number, known: ReadonlySet<number>): Found[] {
    if (nowMs - this.#forgottenMs > FORGET_MS) {
      this.#outside.clear();
      this.#forgottenMs = nowMs;
    }
    const found: Found[] = [];
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name) || this.#outside.has(name) || known.has(Number(name))) continue;
      const host = this.#hosts.get(networkOf(name));
      if (host === undefined) this.#outside.add(name);
      else if (isQemuOf(argumentsOf(Number(name)), this.#guest)) found.push({ host, pid: Number(name) });
    }
    return found;
  }
}

function networkOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return '';
  }
}
