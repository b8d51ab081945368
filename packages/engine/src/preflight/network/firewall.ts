import { isIPv6 } from 'node:net';
import type { HostFacts } from '../../host-shell/facts.ts';
import type { PortRange } from './ports.ts';

/** A command that lets one peer in on a range of ports, and nobody else, for the firewall that a host has. */
export function letIn(
  { firewall, inputChains }: Pick<HostFacts, 'firewall' | 'inputChains'>,
  peer: string,
  { first, last }: PortRange,
): string {
  const v6 = isIPv6(peer);
  switch (firewall) {
    case 'firewalld': {
      const rule = `rule family="${v6 ? 'ipv6' : 'ipv4'}" source address="${peer}" port port="${first}-${last}" protocol="tcp" accept`;
      return `firewall-cmd --permanent --add-rich-rule='${rule}' && firewall-cmd --reload`;
    }
    case 'ufw':
      return `ufw allow proto tcp from ${peer} to any port ${first}:${last}`;
    case 'nft':
      // What one chain accepts another may still drop, so each must let it pass.
      if (inputChains.length === 0) break;
      return inputChains
        .map(
          (chain) =>
            `nft insert rule ${chain} ${v6 ? 'ip6' : 'ip'} saddr ${peer} tcp dport ${first}-${last} accept`,
        )
        .join(' && ');
    case 'iptables':
    case null:
      break;
    default:
      return firewall satisfies never;
  }
  return `${v6 ? 'ip6tables' : 'iptables'} -I INPUT -s ${peer} -p tcp --dport ${first}:${last} -j ACCEPT`;
}

/** A command that lets a host send to one peer, on a range of ports. */
export function letOut(
  { outputChains }: Pick<HostFacts, 'outputChains'>,
  peer: string,
  { first, last }: PortRange,
): string {
  const v6 = isIPv6(peer);
  if (outputChains.length === 0)
    return `${v6 ? 'ip6tables' : 'iptables'} -I OUTPUT -d ${peer} -p tcp --dport ${first}:${last} -j ACCEPT`;
  return outputChains
    .map(
      (chain) =>
        `nft insert rule ${chain} ${v6 ? 'ip6' : 'ip'} daddr ${peer} tcp dport ${first}-${last} accept`,
    )
    .join(' && ');
}
