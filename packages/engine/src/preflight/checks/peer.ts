import { parseUri } from '@virt-ferry/libvirt';
import { isLoopback } from '../../migrate/parameters.ts';
import { defineCheck } from '../check.ts';

/**
 * With `p2p` the source's libvirtd connects to the destination's by itself. Whether it can is seen only when it tries:
 * from outside it is seen only where it can't.
 */
export const peerCheck = defineCheck({
  subject: 'peer',
  title: "the source's libvirtd can reach the destination's",
  texts: {
    'local-uri': {
      severity: 'blocker',
      message: 'for the libvirtd of {here}, the URI of {there} means {here} itself',
      remedy: 'name {there} by a URI at which {here} reaches it too, or move without --p2p',
    },
    unchecked: {
      severity: 'notice',
      message: '{here} needs credentials for {there} of its own, which cannot be checked from outside',
    },
  },
  run({ source, destination, wishes }, found) {
    if (wishes.drive !== 'p2p') return [];
    const uri = destination.host.ref.peerUri ?? destination.host.ref.uri;
    const target = parseUri(uri);
    const isItself = target.transport === 'unix' || isLoopback(target.host);
    const named = { here: source.host.ref.name, there: destination.host.ref.name };
    return [found(isItself ? 'local-uri' : 'unchecked', named, `it would connect to ${uri}`)];
  },
});
