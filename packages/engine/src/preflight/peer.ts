import { parseUri } from '@virt-ferry/libvirt';
import { isLoopback } from '../migrate/parameters.ts';
import { type Check, findingsOf } from './check.ts';

const { blocker, notice } = findingsOf('peer');

/**
 * With `p2p` the source's libvirtd connects to the destination's by itself. Whether it can is seen only when it tries:
 * from outside it is seen only where it can't.
 */
export const peerCheck: Check = {
  subject: 'peer',
  title: "the source's libvirtd can reach the destination's",
  run({ source, destination, wishes }) {
    if (wishes.drive !== 'p2p') return Promise.resolve([]);
    const here = source.host.ref.name;
    const there = destination.host.ref.name;
    const uri = destination.host.ref.peerUri ?? destination.host.ref.uri;
    const target = parseUri(uri);
    const evidence = `it would connect to ${uri}`;
    const isItself = target.transport === 'unix' || isLoopback(target.host);
    if (isItself) {
      const message = `for the libvirtd of ${here}, the URI of ${there} means ${here} itself`;
      const remedy = `name ${there} by a URI at which ${here} reaches it too, or move without --p2p`;
      return Promise.resolve([blocker({ id: 'local-uri', message, evidence }, remedy)]);
    }
    const message = `${here} needs credentials for ${there} of its own, which cannot be checked from outside`;
    return Promise.resolve([notice({ id: 'unchecked', message, evidence })]);
  },
};
