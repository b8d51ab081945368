import { type Connection, connect } from '@virt-ferry/libvirt';
import { door } from '../full-machine/door.ts';
import { hostRoot } from '../host/enter.ts';

/** Connects to a host's libvirtd from outside of the lab: through its UNIX socket, into a full machine by ssh. */
export async function connectHost(lab: string, host: string): Promise<Connection> {
  const way = await door(lab, host);
  if (way !== null) return connect(`qemu+ssh://${host}/system?command=${encodeURIComponent(way)}`);
  return connect(`qemu+unix:///system?socket=${await hostRoot(lab, host)}/run/libvirt/libvirt-sock`);
}
