import { ofKind } from '../../inventory/devices.ts';
import { sourceVouches } from '../ask-source.ts';
import { defineCheck } from '../check.ts';

/**
 * Parts of a guest that another process plays (DPDK, SPDK): it must log what it writes into the guest's memory, else
 * QEMU blocks the move ("vhost lacks VHOST_F_LOG_ALL feature", hw/virtio/vhost.c), and one must wait over there too.
 */
export const vhostUserCheck = defineCheck({
  subject: 'vhost-user',
  title: 'what other processes do for the domain is done on both hosts',
  texts: {
    unasked: {
      severity: 'warning',
      message:
        '{what} of {domain} is served by another process on {here}, which may be unable to let it move',
      remedy: 'see that it supports VHOST_USER_PROTOCOL_F_LOG_SHMFD, and runs on {there}',
    },
    'needed-there': {
      severity: 'warning',
      message: '{what} of {domain} is served by another process on {here}, and {there} must have one too',
      remedy: 'on {there}: start it, so that it serves {path}',
    },
  },
  async run(context, found) {
    const { source, destination, domain } = context;
    const parts = ofKind(domain.devices, 'vhost-user');
    if (parts.length === 0) return [];
    const moves = await sourceVouches(context, 'qemu');
    return parts.map(({ what, path }) => {
      const hosts = { here: source.host.ref.name, there: destination.host.ref.name };
      const named = { domain: domain.name, what, path: path || 'the same', ...hosts };
      const evidence = `its description has a vhost-user ${what}${path === '' ? '' : ` at ${path}`}`;
      return found(moves ? 'needed-there' : 'unasked', named, evidence);
    });
  },
});
