/** A service of systemd: `absent` where there is no such unit. */
export interface ServiceState {
  readonly enabled: string;
  readonly active: 'active' | 'inactive';
}

/** A chain of nftables that what comes in must pass; closed if it lets through only what its rules name. */
export interface InputChain {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly isClosed: boolean;
}

/** The directory in question, as it is on one host. */
export interface PathFacts {
  /** `link`: it, or a directory above it, is a symbolic link. */
  readonly kind: 'directory' | 'missing' | 'other' | 'link';
  readonly owner: { readonly uid: number; readonly gid: number; readonly mode: string } | null;
  readonly isEmpty: boolean;
  /** What is mounted right there. */
  readonly mounted: { readonly type: string; readonly source: string } | null;
  /** Directories that are missing down to it, the topmost first. */
  readonly absent: readonly string[];
  /** The type of the file system that it is in, as `stat -f` calls it. */
  readonly within: string;
}

/** What one host says of itself. */
export interface ShareFacts {
  readonly isRoot: boolean;
  /** Its machine-id(5) and its name: machines made from one image may share the former. */
  readonly machineId: string;
  /** Another with each start. */
  readonly bootId: string;
  /** `ID`, `VERSION_ID` and the words of `ID_LIKE` in os-release(5). */
  readonly os: { readonly id: string; readonly version: string; readonly like: readonly string[] };
  /** Programs that are there. */
  readonly programs: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
  readonly hasLibvirt: boolean;
  /** Of the libvirt that runs QEMU there, as `11.3.0`; `null` where it does not say. */
  readonly libvirtVersion: string | null;
  /** Settings of qemu.conf(5) that decide whose an image is after a move. */
  readonly qemuConf: {
    /** The value of `shared_filesystems`, as its line has it; `null` where it is not set. */
    readonly sharedFilesystems: string | null;
    readonly setsOwners: boolean;
  };
  /** As whom its QEMUs run. */
  readonly hypervisor: { readonly uid: number; readonly gid: number } | null;
  readonly services: ReadonlyMap<string, ServiceState>;
  /** What exports(5) files give, a line each. */
  readonly exports: readonly { readonly file: string; readonly line: string }[];
  readonly hasSelinux: boolean;
  readonly firewall: {
    readonly manager: 'firewalld' | 'ufw' | null;
    readonly iptablesClosed: boolean;
    /** Its iptables are chains of nftables by another name. */
    readonly iptablesIsNft: boolean;
    readonly chains: readonly InputChain[];
  };
  readonly path: PathFacts;
  /** The last line of fstab has its newline, as it should. */
  readonly isFstabEnded: boolean;
  /** What fstab mounts there. */
  readonly boot: { readonly source: string; readonly type: string } | null;
}

const kinds = ['directory', 'missing', 'other', 'link'] as const;

/** Understands the lines of `look host`. Those that it doesn't know are passed over. */
export function parseShareFacts(lines: readonly string[]): ShareFacts {
  const rows = new Map<string, string[]>();
  for (const line of lines) {
    const [, word = '', rest = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    rows.set(word, [...(rows.get(word) ?? []), rest]);
  }
  const all = (word: string): readonly string[] => rows.get(word) ?? [];
  const words = (word: string): readonly string[][] => all(word).map((rest) => rest.trim().split(/\s+/));
  const one = (word: string): readonly string[] => words(word)[0] ?? [];
  const os = new Map(all('os').map((rest) => [rest.split(' ')[0], rest.slice(rest.indexOf(' ') + 1)]));
  const [manager] = one('firewall');
  const iptables = new Set(all('iptables'));
  return {
    isRoot: one('user')[0] === '0',
    machineId: one('machine').join(' '),
    bootId: one('started')[0] ?? '',
    os: {
      id: os.get('ID') ?? '',
      version: os.get('VERSION_ID') ?? '',
      like: (os.get('ID_LIKE') ?? '').split(/\s+/),
    },
    programs: new Set(all('has')),
    packages: new Set(all('package')),
    hasLibvirt: all('daemon').length > 0,
    libvirtVersion: one('daemon')[1] ?? null,
    qemuConf: {
      // Of two lines libvirt reads the first.
      sharedFilesystems: settingOf(all('qemu'), 'shared_filesystems'),
      setsOwners: settingOf(all('qemu'), 'dynamic_ownership')?.startsWith('0') !== true,
    },
    hypervisor: idsOf(one('hypervisor')),
    services: new Map(
      words('service').map(([name = '', enabled = 'absent', active]) => [
        name,
        { enabled, active: active === 'active' ? 'active' : 'inactive' },
      ]),
    ),
    exports: all('export').map((rest) => {
      const [, file = '', line = ''] = /^(\S+) (.*)$/.exec(rest) ?? [];
      return { file, line };
    }),
    hasSelinux: ['Enforcing', 'Permissive'].includes(one('selinux')[0] ?? ''),
    firewall: {
      manager: manager === 'firewalld' || manager === 'ufw' ? manager : null,
      iptablesClosed: iptables.has('closed'),
      iptablesIsNft: iptables.has('nft'),
      chains: words('nft-input').map(([family = '', table = '', chain = '', state]) => ({
        ...{ family, table, chain },
        isClosed: state === 'closed',
      })),
    },
    path: {
      kind: kinds.find((kind) => kind === one('path')[0]) ?? 'other',
      owner: ownerOf(one('owner')),
      isEmpty: all('holds').length === 0,
      mounted: pairOf(one('mounted')),
      absent: all('absent').toReversed(),
      within: one('within').join(' '),
    },
    isFstabEnded: all('fstab').length === 0,
    boot: bootOf(one('boot')),
  };
}

function settingOf(lines: readonly string[], name: string): string | null {
  const line = lines.find((one) => one.startsWith(`${name} `));
  return line === undefined ? null : line.slice(name.length + 1);
}

function idsOf([uid, gid]: readonly string[]): ShareFacts['hypervisor'] {
  return isNumber(uid) && isNumber(gid) ? { uid: Number(uid), gid: Number(gid) } : null;
}

function ownerOf([uid, gid, mode]: readonly string[]): PathFacts['owner'] {
  return isNumber(uid) && isNumber(gid) && isNumber(mode)
    ? { uid: Number(uid), gid: Number(gid), mode }
    : null;
}

function pairOf([type, source]: readonly string[]): PathFacts['mounted'] {
  return type && source ? { type, source } : null;
}

function bootOf([source, type]: readonly string[]): ShareFacts['boot'] {
  return type && source ? { source, type } : null;
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d+$/.test(text);
}
