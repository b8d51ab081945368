import { BlockList, isIP } from 'node:net';

/** A host's own address on a device, with the network that it lies in. */
interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/**
 * Whether two hosts are in one network by a device that both have, as far as their own addresses on it tell: `null` where
 * they don't. Only networks of one family can be compared, and a network of one address says nothing of its neighbours.
 */
export function oneSegment(here: readonly string[], there: readonly string[]): boolean | null {
  const [near, far] = [here.flatMap(networkOf), there.flatMap(networkOf)];
  const pairs = near.flatMap((one) =>
    far.filter(({ family }) => family === one.family).map((other) => [one, other] as const),
  );
  if (pairs.length === 0) return null;
  return pairs.some(([one, other]) => has(one, other) || has(other, one));
}

function has({ address, prefix, family }: Network, other: Network): boolean {
  const network = new BlockList();
  network.addSubnet(address, prefix, family);
  return network.check(other.address, other.family);
}

function networkOf(text: string): Network[] {
  const [address = '', bits = ''] = text.split('/');
  const version = isIP(address);
  const [prefix, longest] = [Number(bits), version === 4 ? 32 : 128];
  if (version === 0 || !/^\d+$/.test(bits) || prefix < 1 || prefix >= longest) return [];
  if (/^(169\.254\.|fe[89ab])/i.test(address)) return [];
  return [{ address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' }];
}
