import { isIP } from 'node:net';
import { parseUri } from '@virt-ferry/libvirt';
import { isLoopback } from '../../migrate/parameters.ts';
import { defineCheck } from '../check.ts';

const SSH_PORT = 22;

/** With `p2p` the source's libvirtd connects to the destination's by itself: the name and the port must lead there. */
export const peerReachCheck = defineCheck({
  subject: 'peer-reach',
  title: 'the source reaches the libvirtd of the destination',
  texts: {
    'unknown-name': {
      severity: 'blocker',
      message: '{here} does not know the address of {name}, by which it would reach the libvirtd of {there}',
      remedy: 'on {here}: echo "ADDRESS {name}" >> /etc/hosts',
    },
    closed: {
      severity: 'blocker',
      message:
        '{here} cannot connect to {name}, port {port}, where the libvirtd of {there} should listen: {how}',
      remedy: 'on {there}: see whether it listens (ss -tln) and let {here} in, or move without --p2p',
    },
    open: { severity: 'pass', message: '{here} reaches {name}, port {port}, for the libvirtd of {there}' },
  },
  async run({ source, destination, wishes, shells }, found) {
    if (wishes.drive !== 'p2p') return [];
    const target = parseUri(destination.host.ref.peerUri ?? destination.host.ref.uri);
    // That those mean the source itself is the other check's to say.
    if (target.transport === 'unix' || isLoopback(target.host)) return [];
    const { shell } = await shells.source();
    if (!shell) return [];
    const port = target.port ?? SSH_PORT;
    const named = {
      ...{ name: target.host, port: String(port) },
      ...{ here: source.host.ref.name, there: destination.host.ref.name },
    };
    const addresses = isIP(target.host) === 0 ? await shell.resolve(target.host) : [target.host];
    if (addresses?.length === 0)
      return [found('unknown-name', named, `on ${named.here}: getent ahosts ${target.host}: nothing`)];
    const reach = await shell.connect(target.host, port);
    const evidence = `from ${named.here}: ${reach}`;
    if (reach === 'unknown' || reach === 'unresolved') return [];
    return [
      reach === 'open' ? found('open', named, evidence) : found('closed', { ...named, how: reach }, evidence),
    ];
  },
});
