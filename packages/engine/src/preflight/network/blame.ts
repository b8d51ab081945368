import type { HostFacts } from '../../host-shell/facts.ts';
import type { Reach } from '../../host-shell/shell.ts';

/**
 * What is in the way of a connection that came to nothing. A firewall of the source that drops what goes out looks like one
 * that drops what comes in: only a refusal to send is told to who sends. It is the source's where the destination has none.
 */
export function blame(
  reach: Reach,
  from: HostFacts,
  { inputChains, firewall }: HostFacts,
): 'denied' | 'dropped' | 'rejected' | 'unreachable' {
  const noneThere = inputChains.length === 0 && (firewall === 'nft' || firewall === null);
  if (reach === 'denied') return 'denied';
  if (reach === 'timeout') return noneThere && from.outputChains.length > 0 ? 'denied' : 'dropped';
  return reach === 'rejected' ? 'rejected' : 'unreachable';
}
