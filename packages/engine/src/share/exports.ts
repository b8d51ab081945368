import type { ShareFacts } from './facts.ts';

/** Whose the files of a share are, on the server and for all clients. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Nobody's: where all QEMUs run as root, their files must still not be root's. */
const NOBODY: Owner = { uid: 65534, gid: 65534 };

/**
 * One owner for all: the hypervisor's user of the server, or of the first client that has one. A directory that is one
 * of these already stays so. It is never root: whom root is squashed to would be root again.
 */
export function ownerFor(
  hypervisors: readonly ShareFacts['hypervisor'][],
  now: { readonly uid: number } | null,
): Owner {
  const users = hypervisors.flatMap((one) => (one !== null && one.uid !== 0 ? [one] : []));
  return users.find(({ uid }) => uid === now?.uid) ?? users[0] ?? NOBODY;
}

/**
 * What one client may do (exports(5)). Root there is nobody but the owner here, which is what libvirtd needs to make and
 * label files; where that host's QEMU has another number, all of its users are.
 */
export function optionsFor(owner: Owner, hypervisor: ShareFacts['hypervisor']): string[] {
  const squash = hypervisor === null || hypervisor.uid === owner.uid ? 'root_squash' : 'all_squash';
  return [
    'rw',
    'sync',
    'no_subtree_check',
    'sec=sys',
    squash,
    `anonuid=${owner.uid}`,
    `anongid=${owner.gid}`,
  ];
}

/** What an exports(5) line gives. */
export interface Given {
  readonly path: string;
  readonly to: readonly { readonly host: string; readonly options: readonly string[] }[];
}

/** Understands a line of exports(5): a path, perhaps in quotes or with `\040`, then hosts with their options. */
export function parseExport(line: string): Given | null {
  const [, quoted, plain, rest = ''] = /^\s*(?:"([^"]*)"|(\S+))\s*(.*)$/.exec(line) ?? [];
  const path = quoted ?? plain;
  if (path === undefined) return null;
  const words = rest.split(/\s+/).filter((word) => word !== '');
  const defaults =
    words
      .find((word) => word.startsWith('-'))
      ?.slice(1)
      .split(',') ?? [];
  const to = words
    .filter((word) => !word.startsWith('-'))
    .map((word) => {
      const [, host = '', options = ''] = /^([^(]*)(?:\((.*)\))?$/.exec(word) ?? [];
      return {
        host: host === '' ? '*' : host,
        options: [...defaults, ...options.split(',').filter(Boolean)],
      };
    });
  return {
    path: path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    to: to.length === 0 ? [{ host: '*', options: defaults }] : to,
  };
}

/** Another file's export of the same directory; those of Ferry's own for other clients are none. */
export function exportElsewhere(path: string, facts: Pick<ShareFacts, 'exports'>, tag: string) {
  for (const { file, line } of facts.exports) {
    if (file.startsWith(`/etc/exports.d/${tag}-`)) continue;
    const given = parseExport(line);
    if (given?.path === path) return { file, given };
  }
  return null;
}
