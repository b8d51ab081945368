import { ErrorNumber, isRemote } from '@virt-ferry/libvirt';
import type { CheckContext } from '../check.ts';

/** Whether the destination has a network device, and who says so. */
export interface DeviceSeen {
  readonly there: boolean;
  readonly evidence: string;
}

/**
 * Looks for a network device on the destination: in its own system where that may be looked at, and else through
 * libvirt, whose interface driver not every host has. `null` where nobody can tell.
 */
export async function lookForDevice(
  { destination, shells }: CheckContext,
  name: string,
): Promise<DeviceSeen | null> {
  const { shell } = await shells.destination();
  if (shell) {
    const there = shell.facts.links.has(name);
    return { there, evidence: `/sys/class/net/${name} ${there ? 'is there' : 'is not there'}` };
  }
  try {
    await destination.connection.interfaceLookupByName({ name });
    return { there: true, evidence: `libvirt knows the interface ${name}` };
  } catch (error) {
    if (!isRemote(error)) throw error;
    if (!isRemote(error, ErrorNumber.noInterface)) return null;
    return { there: false, evidence: error.message };
  }
}
