import { defineCheck } from '../check.ts';

/** libvirt refuses to move a domain to the host it is on, and takes cloned hosts with equal UUIDs for one. */
export const hostCheck = defineCheck({
  subject: 'host',
  title: 'two different hosts',
  texts: {
    same: {
      severity: 'blocker',
      message: '{here} and {there} are the same host',
      remedy: 'choose another destination',
    },
    'duplicate-uuid': {
      severity: 'blocker',
      message: '{here} and {there} have the same host UUID, so libvirt takes them for one host',
      remedy:
        'on {there}: set a host_uuid of its own in /etc/libvirt/libvirtd.conf (uuidgen makes one) and restart libvirtd',
    },
    different: { severity: 'pass', message: '{here} and {there} are different hosts' },
  },
  run({ source: { host: source }, destination: { host: destination } }, found) {
    const evidence = `host UUIDs ${source.uuid} and ${destination.uuid}`;
    const named = { here: source.ref.name, there: destination.ref.name };
    if (source.uuid !== destination.uuid) return [found('different', named, evidence)];
    return [found(source.hostname === destination.hostname ? 'same' : 'duplicate-uuid', named, evidence)];
  },
});
