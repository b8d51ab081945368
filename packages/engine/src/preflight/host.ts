import { type Check, findingsOf } from './check.ts';

const { blocker, pass } = findingsOf('host');

/** libvirt refuses to move a domain to the host it is on, and takes cloned hosts with equal UUIDs for one. */
export const hostCheck: Check = {
  subject: 'host',
  title: 'two different hosts',
  async run({ source, destination }) {
    const evidence = `host UUIDs ${source.host.uuid} and ${destination.host.uuid}`;
    if (source.host.uuid !== destination.host.uuid) {
      const message = `${source.host.ref.name} and ${destination.host.ref.name} are different hosts`;
      return [pass({ id: 'different', message, evidence })];
    }
    if (source.host.hostname === destination.host.hostname) {
      const message = `${source.host.ref.name} and ${destination.host.ref.name} are the same host`;
      return [blocker({ id: 'same', message, evidence }, 'choose another destination')];
    }
    const message = `${source.host.ref.name} and ${destination.host.ref.name} have the same host UUID, so libvirt takes them for one host`;
    const remedy = `on ${destination.host.ref.name}: set a host_uuid of its own in /etc/libvirt/libvirtd.conf (uuidgen makes one) and restart libvirtd`;
    return [blocker({ id: 'duplicate-uuid', message, evidence }, remedy)];
  },
};
