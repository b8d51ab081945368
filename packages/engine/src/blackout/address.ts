import { lookup } from 'node:dns/promises';
import { AddressSource, type Connection, type DomainRef, isRemote } from '@virt-ferry/libvirt';

/**
 * Finds an address of the guest: from its agent, from libvirt's DHCP leases, from the host's ARP table, and last from
 * the domain's name as a host name. `null` if none of them knows.
 */
export async function findGuestAddress(connection: Connection, dom: DomainRef): Promise<string | null> {
  const sources = [AddressSource.agent, AddressSource.lease, AddressSource.arp];
  const answers = await Promise.all(sources.map((source) => addressesFrom(connection, dom, source)));
  const usable = answers.flat().find((address) => !/^(127\.|169\.254\.|::1$|fe80:)/.test(address));
  return usable ?? (await addressOfName(dom.name));
}

async function addressesFrom(connection: Connection, dom: DomainRef, source: number): Promise<string[]> {
  try {
    const { interfaces } = await connection.domainInterfaceAddresses({ dom, source, flags: 0 });
    return interfaces.flatMap(({ addrs }) => addrs.map(({ addr }) => addr));
  } catch (error) {
    // No agent, no leases, or a libvirt without that source.
    if (isRemote(error)) return [];
    throw error;
  }
}

async function addressOfName(name: string): Promise<string | null> {
  try {
    return (await lookup(name)).address;
  } catch {
    return null;
  }
}
