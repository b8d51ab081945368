import { run } from '../program.ts';
import { addresses, CONTROLLER, macs, type Network, namespaceOf, tapOf, WIRES } from '../topology/names.ts';
import type { Topology } from '../topology/topology.ts';

/**
 * The wires of a lab, in a namespace of their own:
 *
 *     controller ─eth0─┐                       ┌─eth1─ controller
 *     alpha ──────eth0─┤ management   guests  ├─g0─ br0 ─ alpha (taps of its guests)
 *     beta ───────eth0─┘ 10.77.0.0/24  10.78. └─g0─ br0 ─ beta
 *
 *     gamma ──────eth0─ management ─ tap, and likewise g0: a full machine, with addresses and a br0 of its own
 *
 * Each host's link to `management`, which carries libvirt and migration, is shaped both ways.
 */
export async function layWires(lab: string, topology: Topology): Promise<void> {
  await batch(lab, WIRES, [
    'link set lo up',
    'link add management type bridge',
    'link add guests type bridge',
    'link set management up',
    'link set guests up',
  ]);
  await plug(lab, CONTROLLER, 'eth0', 'management', 'm0');
  await plug(lab, CONTROLLER, 'eth1', 'guests', 'g0');
  await batch(lab, CONTROLLER, [
    'link set lo up',
    `address add ${addresses.controller.management}/24 dev eth0`,
    `address add ${addresses.controller.guestNetwork}/24 dev eth1`,
    'link set eth0 up',
    'link set eth1 up',
  ]);
  for (const [index, [name, host]] of Object.entries(topology.hosts).entries()) {
    const number = index + 1;
    await plug(lab, name, 'eth0', 'management', `m${number}`);
    await plug(lab, name, 'g0', 'guests', `g${number}`);
    await batch(lab, name, host.machine ? leadsOfMachine(number) : devicesOfHost(number));
    await shapeLink(lab, name, number, host.link);
  }
}

function devicesOfHost(number: number): string[] {
  return [
    'link set lo up',
    `address add ${addresses.management(number)}/24 dev eth0`,
    'link set eth0 up',
    `link add br0 address ${macs.bridge(number)} type bridge`,
    'link set g0 master br0 up',
    `address add ${addresses.guestNetwork(number)}/24 dev br0`,
    'link set br0 up',
  ];
}

/**
 * A full machine has its addresses inside; its namespace only leads to its two cards. From there the lab itself gets in
 * (machine/door.ts) at the machine's own address, over no wire, so that no fault on one keeps it out.
 */
function leadsOfMachine(number: number): string[] {
  const lead = (network: Network, device: string) => [
    `link add ${network} address ${macs.lead(number, network)} type bridge`,
    `tuntap add ${tapOf(network)} mode tap`,
    `link set ${device} master ${network} up`,
    `link set ${tapOf(network)} master ${network} up`,
    `link set ${network} up`,
  ];
  return [
    'link set lo up',
    ...lead('management', 'eth0'),
    ...lead('guests', 'g0'),
    `address add ${addresses.door(number)}/32 dev management`,
    `route add ${addresses.management(number)}/32 dev management src ${addresses.door(number)}`,
  ];
}

/** Limits a host's link to `management` both ways. Hosts count from 1. */
export async function shapeLink(lab: string, host: string, number: number, rate: string): Promise<void> {
  await shape(namespaceOf(lab, host), 'eth0', rate);
  await shape(namespaceOf(lab, WIRES), `m${number}`, rate);
}

/** A cable from a port of a bridge to a device in a host's namespace. */
async function plug(lab: string, host: string, device: string, bridge: string, port: string): Promise<void> {
  const peer = `peer name ${device} netns ${namespaceOf(lab, host)}`;
  await batch(lab, WIRES, [`link add ${port} type veth ${peer}`, `link set ${port} master ${bridge} up`]);
}

async function batch(lab: string, host: string, commands: readonly string[]): Promise<void> {
  await run('ip', ['-netns', namespaceOf(lab, host), '-batch', '-'], {
    input: `${commands.join('\n')}\n`,
  });
}

/** Limits what leaves through a device. The burst is what a switch would buffer, the latency what waits at most. */
async function shape(namespace: string, device: string, rate: string): Promise<void> {
  const tbf = ['tbf', 'rate', rate, 'burst', '2m', 'latency', '50ms'];
  await run('tc', ['-netns', namespace, 'qdisc', 'replace', 'dev', device, 'root', ...tbf]);
}
