import { parseUri } from '@virt-ferry/libvirt';
import { isLoopback } from '../../migrate/parameters.ts';
import { defineCheck } from '../check.ts';

/** REMOTE_AUTH_NONE of libvirt's src/remote/remote_protocol.x. */
const NO_AUTHENTICATION = 0;

/** A libvirtd that asks nobody who he is makes root of whoever reaches its port. No reason not to move, but to be known. */
export const exposureCheck = defineCheck({
  subject: 'exposure',
  title: 'the daemons ask who connects',
  texts: {
    'no-authentication': {
      severity: 'notice',
      message:
        'libvirt on {host} takes anybody who reaches its TCP port {port} for root: neither asked nor encrypted',
      remedy:
        'use qemu+ssh:// or qemu+tls://, and set listen_tcp = 0 in /etc/libvirt/libvirtd.conf on {host}',
    },
  },
  async run({ source, destination }, found) {
    const all = [source, destination].map(async ({ host, connection }) => {
      const target = parseUri(host.ref.uri);
      if (target.transport !== 'tcp' || isLoopback(target.host)) return [];
      const { types } = await connection.authList({});
      if (!types.includes(NO_AUTHENTICATION)) return [];
      const named = { host: host.ref.name, port: String(target.port) };
      return [found('no-authentication', named, `connected to ${target.host} without being asked`)];
    });
    return (await Promise.all(all)).flat();
  },
});
