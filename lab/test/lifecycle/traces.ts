import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

const ATTEMPTS = 100;
const POLL_MS = 100;

/**
 * Looks for what is left of some labs on the machine itself, sharing no code with the lab: names that speak of them,
 * processes that carry their names or are in the networks they had, and unfinished builds in a cache of theirs.
 */
export class Observer {
  readonly #labs: readonly string[];
  readonly #cache: string;
  /** The networks that the labs had, as /proc names them. */
  readonly #networks = new Set<string>();

  constructor(labs: readonly string[], cache: string) {
    this.#labs = labs;
    this.#cache = cache;
  }

  /** To be called before a lab goes: afterwards nothing tells which networks were its. */
  async noteNetworks(): Promise<void> {
    for (const [name, network] of await networks()) if (this.#speaks(name)) this.#networks.add(network);
  }

  /** What a killed command had started may need a moment to end by itself. */
  async expectNothing(): Promise<void> {
    const nothing = { namespaces: [], mounts: [], processes: [], files: [], cgroups: [] };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (isDeepStrictEqual(await this.#traces(), nothing)) return;
      await setTimeout(POLL_MS);
    }
    expect(await this.#traces()).toEqual(nothing);
  }

  #speaks(text: string): boolean {
    return this.#labs.some((lab) => text.includes(lab)) || text.includes(this.#cache);
  }

  async #traces() {
    const named = await networks();
    const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n');
    return {
      namespaces: [...named.keys()].filter((name) => this.#speaks(name)),
      mounts: mounts.filter((line) => this.#speaks(line)),
      processes: await this.#processes(new Set(named.values())),
      files: await this.#files(),
      cgroups: await cgroupsOf(this.#labs),
    };
  }

  async #files(): Promise<string[]> {
    const cached = ['images', 'roots', 'machines'].map((kind) => `${this.#cache}/${kind}`);
    const parents = ['/var/lib/ferry-lab', '/run/ferry-lab', ...cached];
    const listed = parents.map(async (parent) =>
      (await readdir(parent).catch(() => [])).map((name) => `${parent}/${name}`),
    );
    const paths = (await Promise.all(listed)).flat();
    const ours = this.#labs.map((lab) => `/${lab}`);
    return paths.filter((path) => path.endsWith('.tmp') || ours.some((end) => path.endsWith(end)));
  }

  /** `taken`: networks with a name now. A number that was ours may be that of somebody else's lab by now. */
  async #processes(taken: ReadonlySet<string>): Promise<string[]> {
    const pids = (await readdir('/proc')).filter(
      (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
    );
    const found = pids.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
      const [command, environment] = await Promise.all([read('cmdline'), read('environ')]);
      const network = await readlink(`/proc/${pid}/ns/net`).catch(() => '');
      const isInside = this.#networks.has(network) && !taken.has(network);
      const isOne = isInside || this.#speaks(command) || this.#speaks(environment);
      return isOne ? [`${pid} ${command.replaceAll('\0', ' ')}`] : [];
    });
    return (await Promise.all(found)).flat();
  }
}

/** The networks that have a name, as /proc names them. */
async function networks(): Promise<Map<string, string>> {
  const names = await readdir('/run/netns').catch(() => []);
  const numbers = names.map(async (name) => {
    // Somebody else's may go at any moment.
    const ino = await stat(`/run/netns/${name}`).then(
      (one) => one.ino,
      () => 0,
    );
    return [name, `net:[${ino}]`] as const;
  });
  return new Map(await Promise.all(numbers));
}

/** The cgroups whose path names one of some labs, in whatever hierarchy. */
export async function cgroupsOf(labs: readonly string[]): Promise<string[]> {
  const paths = await readdir('/sys/fs/cgroup', { recursive: true }).catch(() => []);
  return paths.filter((path) => labs.some((lab) => basename(path).startsWith(`ferry-${lab}-`)));
}
