/** A network device of a host, as `/sys/class/net` has it. */
export interface Link {
  readonly name: string;
  readonly kind: 'bridge' | 'tap' | 'other';
  readonly mtu: number;
  readonly mac: string;
  /** Whether somebody set its MAC (NET_ADDR_SET). A bridge whose MAC nobody set takes the lowest of its ports'. */
  readonly macIsSet: boolean;
  /** `up`, `down`, `unknown`, … (operstate). */
  readonly state: string;
  /** The devices in it, where it is a bridge. */
  readonly ports: readonly string[];
  /** The host's own addresses on it, as `10.0.0.1/24`, but for those of the link alone. */
  readonly addresses: readonly string[];
}

/** Whose a file is, and what they may do with it. */
export interface Access {
  readonly mode: number;
  readonly user: string;
  readonly group: string;
}

/** What a host's own system says of itself; what could not be read is `null` or missing. */
export interface HostFacts {
  readonly links: ReadonlyMap<string, Link>;
  /** Local TCP ports in use, but for connections that only wait out their time. */
  readonly busyPorts: ReadonlySet<number>;
  /** Settings of qemu.conf that matter here; `null` where it can't be read. */
  readonly qemuConf: ReadonlyMap<string, string> | null;
  /** Where QEMU finds the certificates of a move by TLS, and those of its files that are there. */
  readonly tls: { readonly directory: string; readonly files: ReadonlyMap<string, Access> } | null;
  /** `vm.unprivileged_userfaultfd`. */
  readonly unprivilegedUserfaultfd: boolean | null;
  /** The mode of `/dev/userfaultfd`, its user and its group. */
  readonly userfaultfdDevice: Access | null;
  /** How many connections sshd takes before it drops some of those that have not authenticated yet. */
  readonly sshStartups: number | null;
  /** The daemon that starts QEMU: its capabilities, and how many bytes it may lock (infinite: no limit). */
  readonly daemon: { readonly capabilities: bigint; readonly lockedBytes: number } | null;
  /** The control groups that libvirt makes for vCPUs can be told how much of a processor they get. */
  readonly cpuGroups: boolean;
  /** What manages the host's firewall. */
  readonly firewall: 'firewalld' | 'ufw' | 'nft' | 'iptables' | null;
  /** The chains of nftables that what comes in must pass, each as `inet filter input`. */
  readonly inputChains: readonly string[];
  /** Those that what goes out must pass. */
  readonly outputChains: readonly string[];
}

const NET_ADDR_SET = '3';
const TIME_WAIT = '06';
const firewalls = ['firewalld', 'ufw', 'nft', 'iptables'] as const;

/** Understands what the script printed. Lines that it doesn't know, and what is not as expected in them, are passed over. */
export function parseFacts(lines: readonly string[]): HostFacts {
  const rows = new Map<string, string[][]>();
  for (const line of lines) {
    const [word = '', ...values] = line.trim().split(/\s+/);
    rows.set(word, [...(rows.get(word) ?? []), values]);
  }
  const all = (word: string): readonly string[][] => rows.get(word) ?? [];
  const one = (word: string): readonly string[] => all(word)[0] ?? [];
  const startups = all('sshd').find(([name]) => name?.toLowerCase() === 'startups')?.[1];
  const [mode, user = '', group = ''] = one('userfaultfd-device');
  const [, capabilities = '', locked] = one('daemon');
  return {
    links: linksIn(all('link'), all('port'), all('address')),
    busyPorts: new Set(
      all('tcp').flatMap(([port = '', state]) => (state === TIME_WAIT ? [] : [Number.parseInt(port, 16)])),
    ),
    qemuConf:
      all('readable').length === 0
        ? null
        : new Map(
            all('qemu')
              .map(([name = '', value = '']) => [name, value] as const)
              .reverse(),
          ),
    tls:
      all('tls-directory').length === 0
        ? null
        : {
            directory: one('tls-directory').join(' '),
            files: new Map(
              all('tls-file').map(([file = '', mode = '', user = '', group = '']) => [
                file,
                { mode: Number.parseInt(mode, 8), user, group },
              ]),
            ),
          },
    unprivilegedUserfaultfd: one('userfaultfd')[0] === undefined ? null : one('userfaultfd')[0] === '1',
    userfaultfdDevice: mode === undefined ? null : { mode: Number.parseInt(mode, 8), user, group },
    sshStartups: startups === undefined ? null : Number.parseInt(startups, 10),
    daemon: /^[0-9a-f]{1,16}$/.test(capabilities)
      ? {
          capabilities: BigInt(`0x${capabilities}`),
          lockedBytes: locked === 'unlimited' ? Number.POSITIVE_INFINITY : Number(locked),
        }
      : null,
    cpuGroups: all('cpu-groups').length > 0,
    inputChains: all('nft-input').map((chain) => chain.join(' ')),
    outputChains: all('nft-output').map((chain) => chain.join(' ')),
    firewall: firewalls.find((name) => name === one('firewall')[0]) ?? null,
  };
}

type Rows = readonly string[][];

function linksIn(links: Rows, ports: Rows, addresses: Rows): Map<string, Link> {
  const of = (rows: Rows, device: string) =>
    rows.flatMap(([on, what]) => (on === device && what ? [what] : []));
  return new Map(
    links.map(([name = '', kind, mtu, mac = '', assigned, state = '']) => [
      name,
      {
        name,
        kind: kind === 'bridge' || kind === 'tap' ? kind : 'other',
        mtu: Number(mtu),
        mac,
        macIsSet: assigned === NET_ADDR_SET,
        state,
        ports: of(ports, name),
        addresses: of(addresses, name),
      },
    ]),
  );
}
