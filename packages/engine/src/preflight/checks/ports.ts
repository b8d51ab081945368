import { defineCheck } from '../check.ts';
import { freePorts, portRange } from '../network/ports.ts';

/** Each guest that comes in takes a port of a small range, and one more where its disks are copied along. */
export const portsCheck = defineCheck({
  subject: 'ports',
  title: 'the destination has a port for the guest',
  texts: {
    exhausted: {
      severity: 'blocker',
      message:
        '{there} has {free} free of the ports {ports} for incoming guests, and {domain} needs {needed}',
      remedy:
        'wait until other moves have ended, or give {there} more ports: migration_port_max in /etc/libvirt/qemu.conf; see who has them: ss -tanp',
    },
    free: { severity: 'pass', message: '{there} has ports for incoming guests, {free} of {ports}' },
  },
  async run({ destination, domain, wishes, shells }, found) {
    const { shell } = await shells.destination();
    const range = shell && portRange(shell.facts);
    if (!shell || !range) return [];
    const free = freePorts(range, shell.facts.busyPorts).length;
    const needed = wishes.copyStorage === 'none' ? 1 : 2;
    const named = {
      ...{ there: destination.host.ref.name, domain: domain.name },
      ...{ free: String(free), needed: String(needed), ports: `${range.first}-${range.last}` },
    };
    const evidence = `${range.last - range.first + 1 - free} of them are in use, says /proc/net/tcp`;
    return [found(free < needed ? 'exhausted' : 'free', named, evidence)];
  },
});
