import { isIP, isIPv4 } from 'node:net';
import type { HostShell } from '../../host-shell/shell.ts';
import { isLoopback, migrationAddress } from '../../migrate/parameters.ts';
import type { Finding } from '../../model.ts';
import { type CheckContext, defineCheck, type Found, type Texts } from '../check.ts';
import { blame } from '../network/blame.ts';
import { letIn, letOut } from '../network/firewall.ts';
import { freePorts, portRange, sampleOf } from '../network/ports.ts';

const texts = {
  localhost: {
    severity: 'blocker',
    message: '{there} calls itself {name}, and would have the guest sent there: to {here} itself',
    remedy: 'say where guests are sent: ferry hosts add {there} URI --migration-address ADDRESS',
  },
  'unknown-name': {
    severity: 'blocker',
    message: '{here} does not know the address of {name}, to which the guest would be sent',
    remedy: 'on {here}: echo "ADDRESS {name}" >> /etc/hosts',
  },
  'loopback-name': {
    severity: 'blocker',
    message: 'for {here}, {name} is {addresses}: the guest would be sent to {here} itself',
    remedy: 'on {here}: sed -i \'/[[:space:]]{name}/d\' /etc/hosts && echo "ADDRESS {name}" >> /etc/hosts',
  },
  dropped: {
    severity: 'blocker',
    message: 'a firewall drops what {here} sends to {address}, ports {ports}',
    remedy: 'on {there}: {command}',
  },
  rejected: {
    severity: 'blocker',
    message: 'a firewall rejects what {here} sends to {address}, ports {ports}',
    remedy: 'on {there}: {command}',
  },
  denied: {
    severity: 'blocker',
    message: '{here} itself does not let anything out to {address}, ports {ports}',
    remedy: 'on {here}: {command}',
  },
  unreachable: {
    severity: 'blocker',
    message: '{here} has no way to {address}, where {there} would wait for the guest',
    remedy: 'on {here}: see where it is sent: ip route get {address}',
  },
  partly: {
    severity: 'warning',
    message: 'of the ports {ports} of {address}, {here} reaches some and others not',
    remedy: 'on {there}: {command}',
  },
  open: { severity: 'pass', message: '{here} reaches {there} at {address}, ports {ports}' },
} as const satisfies Texts;

/** The source's QEMU must reach the ports on which that of the destination will wait. */
export const routeCheck = defineCheck({
  subject: 'route',
  title: 'the source can send the guest to the destination',
  texts,
  async run(context, found) {
    const { source, destination, shells } = context;
    const [near, far] = await Promise.all([shells.source(), shells.destination()]);
    const given = migrationAddress(destination.host.ref)?.replace(/^\[(.*)\]$/, '$1');
    // Where none is given, libvirt sends its own name (qemu_migration.c, qemuMigrationDstPrepareDirect).
    const own = far.shell?.facts.qemuConf?.get('migration_host') ?? destination.host.hostname;
    const name = given ?? own;
    const named = { name, here: source.host.ref.name, there: destination.host.ref.name };
    if (isLoopback(name)) return [found('localhost', named, `its hostname is ${name}`)];
    if (!near.shell) return [];
    const addresses = isIP(name) === 0 ? await near.shell.resolve(name) : [name];
    if (addresses === null) return [];
    const evidence = `on ${named.here}: getent ahosts ${name}: ${addresses.join(' ') || 'nothing'}`;
    // QEMU tries all that a name has; one is enough, and most hosts can be reached at that of IPv4.
    const address = addresses.find(isIPv4) ?? addresses[0];
    if (address === undefined) return [found('unknown-name', named, evidence)];
    if (addresses.every(isLoopback))
      return [found('loopback-name', { ...named, addresses: addresses.join(' ') }, evidence)];
    return far.shell ? probe(near.shell, far.shell, address, context, found) : [];
  },
});

/**
 * Tries ports on which nothing listens: the host itself refuses at once, a firewall answers otherwise or not at all. Never
 * one that is in use: there a QEMU may wait for another guest, and would take us for its source. Nor the lowest free
 * ones, which the next QEMU takes.
 */
async function probe(
  from: HostShell,
  to: HostShell,
  address: string,
  { source, destination }: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding[]> {
  const range = portRange(to.facts);
  if (range === null) return [];
  const sample = sampleOf(freePorts(range, to.facts.busyPorts));
  const [reached, sender] = await Promise.all([
    Promise.all(sample.map(async (port) => ({ port, reach: await from.connect(address, port) }))),
    from.addressTowards(address),
  ]);
  const seen = reached.filter(({ reach }) => reach !== 'unknown');
  const [one] = seen;
  if (one === undefined) return [];
  const named = {
    ...{
      address,
      ports: `${range.first}-${range.last}`,
      command: letIn(to.facts, sender ?? 'ADDRESS', range),
    },
    ...{ here: source.host.ref.name, there: destination.host.ref.name },
  };
  const evidence = `from ${named.here}: ${seen.map(({ port, reach }) => `port ${port} ${reach}`).join(', ')}`;
  const free = seen.filter(({ reach }) => reach === 'refused' || reach === 'open');
  if (free.length === seen.length) return [found('open', named, `${evidence}, by ${named.there} itself`)];
  if (free.length > 0) return [found('partly', named, evidence)];
  const id = blame(one.reach, from.facts, to.facts);
  const command = id === 'denied' ? letOut(from.facts, address, range) : named.command;
  return [found(id, { ...named, command }, evidence)];
}
