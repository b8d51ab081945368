/** What a shared directory may be called: what needs no quoting in exports(5), fstab(5), XML and names of units. */
const PATH = /^(?:\/[A-Za-z0-9_+@][A-Za-z0-9._+@-]*)+$/;
/** Its tag must fit into a comment of nftables: 128 bytes. */
const PATH_MAX_CHARS = 100;
const TAG_MAX_CHARS = 120;

/** Directories of the system, in which nothing is shared, and those that only hold others. */
const SYSTEM = /^\/(?:bin|boot|dev|etc|lib|lib32|lib64|libx32|proc|root|run|sbin|sys|tmp|usr)(?:\/|$)/;
const HOLDERS =
  /^\/(?:home|media|mnt|opt|srv|var|var\/lib|var\/lib\/libvirt|var\/lib\/nfs|var\/log|var\/run|var\/tmp)$/;

/** What is wrong with a path, to follow the path itself; `null` where nothing is. */
export function pathTrouble(path: string): string | null {
  if (!path.startsWith('/')) return 'is not absolute: it must begin with /';
  if (path === '/') return 'is the root of the host, and is not shared';
  if (path.length > PATH_MAX_CHARS || tagOf(path).length > TAG_MAX_CHARS)
    return `is longer than ${PATH_MAX_CHARS} characters`;
  if (path.endsWith('/') || path.includes('//') || /(^|\/)\.\.?(\/|$)/.test(path))
    return 'is not plain: leave out //, . and .., and the / at its end';
  if (!PATH.test(path)) return 'has a character other than letters, digits and . _ + @ - /';
  if (SYSTEM.test(path) || HOLDERS.test(path)) return "is one of the system's own directories";
  return null;
}

/** A name for what belongs to a share, which no other path has: `/srv/vm-1` becomes `ferry-srv-vm--1`. */
export function tagOf(path: string): string {
  const plain = path.replaceAll('_', '__').replace(/[+@]/g, (char) => `_${char.codePointAt(0)}`);
  return `ferry${plain.replaceAll('-', '--').replaceAll('/', '-')}`;
}

/** The name of the unit that mounts there (systemd.unit(5), as systemd-escape --path). */
export function mountUnitOf(path: string): string {
  const name = path
    .slice(1)
    .replace(/[^A-Za-z0-9_./]/g, (char) => `\\x${(char.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`)
    .replaceAll('/', '-');
  return `${name}.mount`;
}
