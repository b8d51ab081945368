import { type Connection, ErrorNumber, isRemote, type NetworkRef } from '@virt-ferry/libvirt';
import type { Element } from '@xmldom/xmldom';
import { all, attributeAt, first, parseXml } from '../../inventory/xml.ts';
import type { Finding, Nic } from '../../model.ts';
import { type CheckContext, defineCheck, type Found, type Texts } from '../check.ts';
import { lookForDevice } from '../network/device.ts';

const texts = {
  missing: {
    severity: 'blocker',
    message: '{there} has no libvirt network {network}, which {domain} uses',
    remedy:
      'on {there}: virsh net-define FILE && virsh net-start {network}, with FILE from virsh net-dumpxml {network} on {here}',
  },
  inactive: {
    severity: 'blocker',
    message: 'the libvirt network {network}, which {domain} uses, is not started on {there}',
    remedy: 'on {there}: virsh net-start {network}',
  },
  'no-bridge': {
    severity: 'blocker',
    message:
      'the libvirt network {network} on {there} is on the bridge {bridge}, which {there} does not have',
    remedy:
      'on {there}: ip link add {bridge} type bridge && ip link set {bridge} up && ip link set DEVICE master {bridge}',
  },
  differs: {
    severity: 'warning',
    message: 'the libvirt network {network} is {near} on {here}, but {far} on {there}',
    remedy: 'make them alike: virsh net-edit {network}',
  },
  private: {
    severity: 'warning',
    message:
      'the libvirt network {network} is a private one of each host ({mode}): {domain} would lose its connections and all that is on it at {here}',
    remedy: 'plug {domain} into a bridge that both hosts share',
  },
  'no-portgroup': {
    severity: 'warning',
    message:
      'the libvirt network {network} on {there} has no portgroup {portgroup}: {domain} would lose its VLAN and its limits',
    remedy: 'add the portgroup on {there}: virsh net-edit {network}',
  },
  same: { severity: 'pass', message: 'the libvirt network {network} is active and alike on {there}' },
} as const satisfies Texts;

/** The libvirt networks that a guest uses must be active on the destination, and be the same networks. */
export const networkCheck = defineCheck({
  subject: 'network',
  title: 'the destination has the libvirt networks of the guest',
  texts,
  repairs: {
    async inactive({ destination: { connection, host } }, { values }) {
      const name = values.network ?? '';
      const { network } = await connection.networkLookupByName({ name });
      await connection.networkCreate({ network });
      return `started the network ${name} on ${host.ref.name}; to undo it: virsh net-destroy ${name}`;
    },
  },
  async run(context, found) {
    const used = new Map(context.domain.nics.map((nic) => [JSON.stringify(nic.source), nic.source]));
    const findings = await Promise.all(
      [...used.values()].map((source) => findingsOf(source, context, found)),
    );
    return findings.flat();
  },
});

async function findingsOf(
  used: Nic['source'],
  context: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding[]> {
  if (used.kind !== 'network') return [];
  const { source, destination, domain } = context;
  const { network: ours, portgroup } = used;
  const network = context.names.network(ours);
  const named = {
    network,
    domain: domain.name,
    here: source.host.ref.name,
    there: destination.host.ref.name,
  };
  const [near, far] = await Promise.all([
    lookUp(source.connection, ours),
    lookUp(destination.connection, network),
  ]);
  if ('why' in far) return [found('missing', named, far.why)];
  const { active } = await destination.connection.networkIsActive({ network: far.network });
  if (!active) return [found('inactive', named, 'libvirt says: defined, not active')];
  const findings: Finding[] = [];
  const [one, mode] = ['why' in near ? null : modeOf(near.xml), modeOf(far.xml)];
  const said = `${named.here}: ${one ?? 'not known'}; ${named.there}: ${mode}`;
  if (one !== null && one !== mode) findings.push(found('differs', { ...named, near: one, far: mode }, said));
  // The bridge of such a network is the host's own, and may have another name on each.
  const bridge = mode === 'bridge' ? attributeAt(far.xml, 'bridge', 'name') : null;
  const seen = bridge === null ? null : await lookForDevice(context, bridge);
  if (bridge !== null && seen?.there === false)
    findings.push(found('no-bridge', { ...named, bridge }, seen.evidence));
  if (PRIVATE.includes(mode)) findings.push(found('private', { ...named, mode }, said));
  const groups = all(far.xml, 'portgroup').map((group) => attributeAt(group, '', 'name'));
  if (portgroup !== null && !groups.includes(portgroup))
    findings.push(
      found('no-portgroup', { ...named, portgroup }, `portgroups: ${groups.join(', ') || 'none'}`),
    );
  return findings.length > 0 ? findings : [found('same', named, said)];
}

/** Where guests talk to the world through their host alone (formatnetwork, `<forward>`). */
const PRIVATE = ['nat', 'route', 'open', 'isolated'];

/** How a network reaches the world; without `<forward>` it doesn't. */
function modeOf(xml: Element): string {
  return first(xml, 'forward') === null ? 'isolated' : (attributeAt(xml, 'forward', 'mode') ?? 'nat');
}

async function lookUp(
  connection: Connection,
  name: string,
): Promise<{ readonly network: NetworkRef; readonly xml: Element } | { readonly why: string }> {
  try {
    const { network } = await connection.networkLookupByName({ name });
    const { xml } = await connection.networkGetXmlDesc({ network, flags: 0 });
    return { network, xml: parseXml(xml, `the description of the network ${name}`) };
  } catch (error) {
    // Where there is no driver for networks there are none.
    if (isRemote(error, ErrorNumber.noNetwork, ErrorNumber.noSupport)) return { why: error.message };
    throw error;
  }
}
