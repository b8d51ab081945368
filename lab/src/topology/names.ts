import { join, resolve } from 'node:path';
import { LabError } from '../errors.ts';

/** The namespace and the host from which users and tests reach the others. */
export const CONTROLLER = 'controller';
/** The namespace that holds the wires: two bridges. */
export const WIRES = 'wires';

/** Parent of all labs' directories. */
const stateRoot = () => resolve(process.env.FERRY_LAB_STATE || '/var/lib/ferry-lab');
/** What is costly to make and the same for all labs. */
export const cacheRoot = () => resolve(process.env.FERRY_LAB_CACHE || '/var/cache/ferry-lab');

/** A lab's name is part of names elsewhere, so it is kept plain. */
export function checkLabName(lab: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,29}$/.test(lab)) return lab;
  throw new LabError('name', `bad lab name ${lab}: expected a-z, 0-9 and -, at most 30`);
}

export const labDirectory = (lab: string) => join(stateRoot(), checkLabName(lab));
export const namespacePrefix = (lab: string) => `ferry-${checkLabName(lab)}-`;
export const namespaceOf = (lab: string, host: string) => `${namespacePrefix(lab)}${host}`;
/** Whether a network namespace or cgroup is of that lab: `ferry-a-b-wires` belongs to the lab `a-b`, not to `a`. */
export const isNamespaceOf = (lab: string, name: string) =>
  name.startsWith(namespacePrefix(lab)) && /^[a-z][a-z0-9]*$/.test(name.slice(namespacePrefix(lab).length));
/** Where `ip netns` keeps namespaces by name. */
export const namespaceDirectory = '/run/netns';
export const namespacePath = (lab: string, host: string) => `${namespaceDirectory}/${namespaceOf(lab, host)}`;

/** The networks that hosts are wired to. */
export type Network = 'management' | 'guests';

/** The addresses of one lab. Two labs have the same, and never meet. */
export const addresses = {
  /** libvirt and migration. Hosts count from 1. */
  management: (host: number) => `10.77.0.${host}`,
  /** Guests, and what asks them. */
  guestNetwork: (host: number) => `10.78.0.${host}`,
  guest: (index: number) => `10.78.0.${100 + index}`,
  /** Where the lab itself stands beside a full machine, on the machine's side of the wires. */
  door: (host: number) => `169.254.77.${host}`,
  controller: { management: '10.77.0.254', guestNetwork: '10.78.0.254' },
} as const;
/** Guests that a lab has addresses for. */
export const GUESTS_MAX = 150;

/** The device in a full machine's namespace that its card is. */
export const tapOf = (network: Network) => `tap-${network === 'management' ? 'm' : 'g'}`;

/** Locally administered MAC addresses, fixed so that no bridge ever takes that of a tap: see lab/README.md. */
export const macs = {
  bridge: (host: number) => `02:fe:00:00:01:${hex(host)}`,
  /** A full machine's two network cards, and the bridges that lead from them to the wires. */
  card: (host: number, network: Network) => `02:fe:00:00:0${network === 'management' ? 2 : 3}:${hex(host)}`,
  lead: (host: number, network: Network) => `02:fe:00:00:0${network === 'management' ? 4 : 5}:${hex(host)}`,
  guest: (index: number) => `52:54:00:78:00:${hex(index)}`,
} as const;

/** A UUID for a host or guest that is the same in each lab of that shape and differs within it. */
export function uuidFor(kind: 'host' | 'guest', index: number): string {
  return `fe44${kind === 'host' ? '0000' : '1111'}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}
