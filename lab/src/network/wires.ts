import { run } from '../program.ts';
import { addresses, CONTROLLER, macs, namespaceOf, WIRES } from '../topology/names.ts';
import type { Topology } from '../topology/topology.ts';

/**
 * The wires of a lab, in a namespace of their own:
 *
 *     controller ─eth0─┐                       ┌─eth1─ controller
 *     alpha ──────eth0─┤ management   guests  ├─g0─ br0 ─ alpha (taps of its guests)
 *     beta ───────eth0─┘ 10.77.0.0/24  10.78. └─g0─ br0 ─ beta
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
    await batch(lab, name, [
      'link set lo up',
      `address add ${addresses.management(number)}/24 dev eth0`,
      'link set eth0 up',
      `link add br0 address ${macs.bridge(number)} type bridge`,
      'link set g0 master br0 up',
      `address add ${addresses.guestNetwork(number)}/24 dev br0`,
      'link set br0 up',
    ]);
    await shapeLink(lab, name, number, host.link);
  }
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
