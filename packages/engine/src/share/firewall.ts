import type { HostRef } from '../model.ts';
import type { InputChain, ShareFacts } from './facts.ts';
import type { ShareRequest, Step, Thing } from './model.ts';
import { tagOf } from './path-rules.ts';

/** What keeps others out of a host, and by what that can be changed such that it lasts. */
export type Guard =
  | { readonly kind: 'firewalld' }
  | { readonly kind: 'ufw' }
  | { readonly kind: 'nft'; readonly chains: readonly InputChain[]; readonly service: string }
  | { readonly kind: 'iptables'; readonly service: string }
  /** There are rules that keep others out, and nothing that Ferry knows puts them there. */
  | { readonly kind: 'nobody'; readonly rules: string };

/** One client as the server sees it. */
export interface ClientSide {
  readonly ref: HostRef;
  readonly address: string;
  /** The zone of firewalld that its packets come into. */
  readonly zone: string | null;
  readonly hypervisor: ShareFacts['hypervisor'];
}

/** What must be opened on a host; none where nothing keeps anybody out. */
export function guardsOf({ firewall, services }: Pick<ShareFacts, 'firewall' | 'services'>): Guard[] {
  if (firewall.manager !== null) return [{ kind: firewall.manager }];
  const inUse = (names: readonly string[]) =>
    names.find((name) => {
      const service = services.get(name);
      return service?.enabled === 'enabled' || service?.active === 'active';
    });
  const closed = firewall.chains.filter(
    ({ family, table, chain, isClosed }) =>
      isClosed &&
      // Those are iptables' own, and looked at as such.
      !(firewall.iptablesIsNft && family.startsWith('ip') && table === 'filter' && chain === 'INPUT'),
  );
  const guards: Guard[] = [];
  const nftables = inUse(['nftables']);
  const isNamedPlainly = closed.every((one) => /^[\w.-]+ [\w.-]+ [\w.-]+$/.test(nameOf(one)));
  if (closed.length > 0)
    guards.push(
      nftables && isNamedPlainly
        ? { kind: 'nft', chains: closed, service: nftables }
        : { kind: 'nobody', rules: `nftables: ${closed.map(nameOf).join(', ')}` },
    );
  const iptables = inUse(['iptables', 'netfilter-persistent']);
  if (firewall.iptablesClosed)
    guards.push(
      iptables ? { kind: 'iptables', service: iptables } : { kind: 'nobody', rules: 'iptables: INPUT' },
    );
  return guards;
}

function nameOf({ family, table, chain }: InputChain): string {
  return `${family} ${table} ${chain}`;
}

/** `mountd`, `statd` and `lockd` take any port unless they are told: with version 3 they are told these. */
export const V3_PORTS = { mountd: 20048, statd: 32765, lockd: 32803 } as const;

/** Version 4 has one port; version 3 has rpcbind and its other services besides (nfs(5)). */
function portsOf({ nfs }: Pick<ShareRequest, 'nfs'>): [string, string][] {
  if (nfs === '4.2') return [['2049', 'tcp']];
  const more = [111, ...Object.values(V3_PORTS)].map(String);
  return [
    ['2049', 'tcp'],
    ...more.flatMap((port): [string, string][] => [
      [port, 'tcp'],
      [port, 'udp'],
    ]),
  ];
}

/** Opens the server for one client, and for nothing else; what keeps nobody out needs nothing. */
export function openFor(client: ClientSide, guard: Guard, request: ShareRequest): Step[] {
  const { server, path } = request;
  const { address } = client;
  const tag = tagOf(path);
  const ports = portsOf(request);
  const step = (id: Step['id'], thing: Thing, undo: readonly Thing[], port = ''): Step => ({
    ...{ id, host: server, thing, undo },
    values: { client: client.ref.name, address, port, by: guard.kind },
  });
  const plain = (id: 'ufw' | 'iptables') =>
    ports.map(([port, protocol]) => {
      const values = [address, port, protocol, tag];
      return step(id, [id, ...values], [[`no${id}`, ...values]], `${port}/${protocol}`);
    });
  switch (guard.kind) {
    case 'firewalld':
      return ports.map(([port, protocol]) => {
        const family = address.includes(':') ? 'ipv6' : 'ipv4';
        const rule = `rule family="${family}" source address="${address}" port port="${port}" protocol="${protocol}" accept`;
        const values = [client.zone ?? 'public', rule];
        return step(
          'firewalld',
          ['firewalld', ...values],
          [['nofirewalld', ...values, address]],
          `${port}/${protocol}`,
        );
      });
    case 'ufw':
      return plain('ufw');
    case 'iptables': {
      const program = address.includes(':') ? '/usr/sbin/ip6tables' : '/usr/sbin/iptables';
      const lines = ports.map(
        ([port, protocol]) =>
          `${program} -w -I INPUT -s ${address} -p ${protocol} --dport ${port} -m comment --comment ${tag} -j ACCEPT`,
      );
      return [...plain('iptables'), ...afterBoot(client, guard.service, lines, request)];
    }
    case 'nft': {
      const rules = guard.chains
        .filter(({ family }) => family === 'inet' || (family === 'ip6') === address.includes(':'))
        .flatMap((chain) =>
          ports.map(([port, protocol]) => ({ chain, port, protocol, name: nameOf(chain) })),
        );
      const now = rules.map(({ chain: { family, table, chain }, port, protocol }) => {
        const values = [family, table, chain, address, port, protocol, tag];
        return step('nft', ['nft', ...values], [['nonft', ...values]], `${port}/${protocol}`);
      });
      const saddr = address.includes(':') ? 'ip6 saddr' : 'ip saddr';
      const lines = rules.map(
        ({ name, port, protocol }) =>
          `/usr/sbin/nft insert rule ${name} ${saddr} ${address} ${protocol} dport ${port} accept comment ${tag}`,
      );
      return [...now, ...afterBoot(client, guard.service, lines, request)];
    }
    case 'nobody':
      return [];
    default:
      return guard satisfies never;
  }
}

/**
 * nftables and iptables forget what was added to them when their service reads its file anew, and the file is not
 * Ferry's: a unit of its own adds it again whenever that service has started. It does not stay active, so that each
 * start of the service starts it.
 */
function afterBoot(
  { ref, address }: ClientSide,
  service: string,
  lines: readonly string[],
  { server, path }: ShareRequest,
): Step[] {
  const unit = `${tagOf(path)}-${fileNameOf(address)}-${service}.service`;
  const file = `/etc/systemd/system/${unit}`;
  const text = `[Unit]
Description=Lets ${address} reach the share ${path} (Ferry)
After=${service}.service

[Service]
Type=oneshot
${lines.map((line) => `ExecStart=${line}`).join('\n')}

[Install]
WantedBy=${service}.service
`;
  const values = { file, unit, client: ref.name, address, service };
  return [
    {
      ...{ id: 'firewall-file', host: server, values },
      ...{ thing: ['file', file, text], undo: [['nofile', file, text]] },
    },
    {
      ...{ id: 'firewall-unit', host: server, values },
      thing: ['service', unit, 'enabled', 'inactive'],
      undo: [['service', unit, 'disabled', 'inactive']],
    },
  ];
}

/** An address as a part of a file's name. */
export function fileNameOf(address: string): string {
  return address.replaceAll(':', '_');
}
