import type { HostFacts, Link } from '../../host-shell/facts.ts';
import type { Finding } from '../../model.ts';
import { type CheckContext, defineCheck, type Found, type Texts } from '../check.ts';
import { lookForDevice } from '../network/device.ts';
import { oneSegment } from '../network/segment.ts';

const texts = {
  missing: {
    severity: 'blocker',
    message: '{there} has no bridge {bridge}, into which {domain} is plugged',
    remedy:
      'on {there}: ip link add {bridge} type bridge && ip link set {bridge} up && ip link set DEVICE master {bridge}',
  },
  isolated: {
    severity: 'warning',
    message:
      'the bridge {bridge} leads out of {here} by {uplinks}, but on {there} nothing but guests is in it',
    remedy: 'on {there}: ip link set DEVICE master {bridge}',
  },
  'mtu-lower': {
    severity: 'warning',
    message:
      'the bridge {bridge} carries {far} bytes a packet on {there} and {near} on {here}: longer ones of {domain} would be lost',
    remedy: 'on {there}: ip link set dev {bridge} mtu {near}',
  },
  'mtu-higher': {
    severity: 'notice',
    message: 'the bridge {bridge} carries {far} bytes a packet on {there}, but {near} on {here}',
  },
  'mac-follows': {
    severity: 'warning',
    message:
      'the bridge {bridge} on {there} takes the lowest MAC of its ports, and would take that of {domain}: hosts would lose sight of it for a while',
    remedy: 'on {there}: ip link set dev {bridge} address {mac}',
  },
  'other-segment': {
    severity: 'warning',
    message:
      'the bridge {bridge} is in {near} on {here}, but in {far} on {there}: the address of {domain} would not be reached there',
    remedy:
      'on {there}: put a device of the same network into the bridge: ip link set DEVICE master {bridge}',
  },
  same: { severity: 'pass', message: '{there} has the bridge {bridge}' },
} as const satisfies Texts;

/** The bridges that a guest is plugged into must be on the destination, and be alike. */
export const bridgeCheck = defineCheck({
  subject: 'bridge',
  title: 'the destination has the bridges of the guest',
  texts,
  async run(context, found) {
    const plugged = new Map<string, string[]>();
    for (const { source, mac } of context.domain.nics)
      if (source.kind === 'bridge') plugged.set(source.bridge, [...(plugged.get(source.bridge) ?? []), mac]);
    const all = [...plugged].map(([bridge, macs]) => bridgeFindings(bridge, macs, context, found));
    return (await Promise.all(all)).flat();
  },
});

async function bridgeFindings(
  bridge: string,
  macs: readonly string[],
  context: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding[]> {
  const { source, destination, domain, shells } = context;
  const there = context.names.bridge(bridge);
  const named = {
    bridge: there,
    here: source.host.ref.name,
    there: destination.host.ref.name,
    domain: domain.name,
  };
  const seen = await lookForDevice(context, there);
  if (seen === null) return [];
  if (!seen.there) return [found('missing', named, seen.evidence)];
  const [near, far] = await Promise.all([shells.source(), shells.destination()]);
  const other = far.shell?.facts.links.get(there);
  const findings: Finding[] = [];
  let evidence = seen.evidence;
  if (far.shell && other?.kind === 'bridge') {
    const uplinksThere = uplinks(other, far.shell.facts);
    const taken = tapThatWouldGiveItsMac(other, far.shell.facts, macs);
    if (taken !== null && uplinksThere.length > 0)
      findings.push(
        found(
          'mac-follows',
          { ...named, mac: other.mac },
          `its MAC is ${other.mac}, not set by anybody; the tap will have ${taken}`,
        ),
      );
    const one = near.shell?.facts.links.get(bridge);
    if (near.shell && one?.kind === 'bridge') {
      const mtus = { near: String(one.mtu), far: String(other.mtu) };
      const both = `MTU ${one.mtu} on ${named.here}, ${other.mtu} on ${named.there}`;
      if (other.mtu < one.mtu) findings.push(found('mtu-lower', { ...named, ...mtus }, both));
      if (other.mtu > one.mtu) findings.push(found('mtu-higher', { ...named, ...mtus }, both));
      const addresses = { near: one.addresses.join(', '), far: other.addresses.join(', ') };
      const segment = oneSegment(one.addresses, other.addresses);
      const where = `${named.here} has ${addresses.near} on it, ${named.there} ${addresses.far}`;
      if (segment === false) findings.push(found('other-segment', { ...named, ...addresses }, where));
      if (segment === true) evidence = `${evidence}, in one network: ${where}`;
      const out = uplinks(one, near.shell.facts).join(', ');
      if (out !== '' && uplinksThere.length === 0)
        findings.push(
          found(
            'isolated',
            { ...named, uplinks: out },
            `ports on ${named.there}: ${other.ports.join(', ') || 'none'}`,
          ),
        );
    }
  }
  return findings.length > 0 ? findings : [found('same', named, evidence)];
}

/** What is in a bridge besides guests. */
function uplinks(bridge: Link, { links }: HostFacts): string[] {
  return bridge.ports.filter((port) => links.get(port)?.kind !== 'tap');
}

/**
 * A bridge whose MAC nobody set takes the lowest of its ports' (net/bridge/br_stp_if.c, br_stp_recalculate_bridge_id). A
 * guest's tap has the guest's MAC with fe in front (src/util/virnetdevtap.c), which is lower only than few.
 */
function tapThatWouldGiveItsMac(bridge: Link, { links }: HostFacts, macs: readonly string[]): string | null {
  if (bridge.macIsSet) return null;
  const lowest = bridge.ports.map((port) => links.get(port)?.mac ?? '').sort()[0] ?? '';
  return macs.map((mac) => `fe${mac.slice(2).toLowerCase()}`).find((tap) => tap < lowest) ?? null;
}
