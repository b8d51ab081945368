import { type Connection, connect } from '@virt-ferry/libvirt';
import { hostRoot } from '../host/enter.ts';

/** Connects to a host's libvirtd from outside of the lab, through its UNIX socket. */
export async function connectHost(lab: string, host: string): Promise<Connection> {
  return connect(`qemu+unix:///system?socket=${await hostRoot(lab, host)}/run/libvirt/libvirt-sock`);
}
