import { appendFile, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Connection, connect, DomainState, ErrorNumber, isRemote } from '@virt-ferry/libvirt';
import { hostRoot } from '../host/machine.ts';
import { accelerator } from '../image/accelerator.ts';
import { guestImage } from '../image/image.ts';
import { run } from '../program.ts';
import { CONTROLLER, labDirectory } from '../topology/names.ts';
import { guestReady } from './query.ts';
import { findGuest, forgetGuest, registerGuest } from './registry.ts';
import { type Guest, type GuestSpec, guestDefaults } from './spec.ts';
import { guestXml } from './xml.ts';

export type NewGuest = Pick<GuestSpec, 'name' | 'host'> & Partial<GuestSpec>;

/** Makes a guest on a host, starts it, and waits until its workload answers. */
export async function addGuest(
  lab: string,
  wanted: NewGuest,
  report: (line: string) => void = () => undefined,
): Promise<Guest> {
  const spec: GuestSpec = { ...guestDefaults, ...wanted };
  const connection = await connectHost(lab, spec.host);
  try {
    const image = await guestImage(report);
    const guest = await registerGuest(lab, spec);
    try {
      await makeDisk(lab, guest);
      await nameInController(lab, guest);
      const { dom } = await connection.domainDefineXmlFlags({
        xml: guestXml(guest, await accelerator(image)),
        flags: 0,
      });
      await connection.domainCreateWithFlags({ dom, flags: 0 });
      report(`${guest.name} boots on ${guest.host}`);
      await guestReady(lab, guest.name);
      return guest;
    } catch (error) {
      await removeFrom(connection, guest);
      await removeDisk(lab, guest);
      await forgetGuest(lab, guest.name);
      throw error;
    }
  } finally {
    await connection.close();
  }
}

/** Ends a guest wherever it is, and removes its definition and its disk. */
export async function removeGuest(lab: string, name: string, hosts: readonly string[]): Promise<void> {
  const guest = await findGuest(lab, name);
  for (const host of hosts) {
    const connection = await connectHost(lab, host);
    try {
      await removeFrom(connection, guest);
    } finally {
      await connection.close();
    }
  }
  await removeDisk(lab, guest);
  await forgetGuest(lab, name);
}

/** Connects to a host's libvirtd from outside of the lab, through its UNIX socket. */
export async function connectHost(lab: string, host: string): Promise<Connection> {
  return connect(`qemu+unix:///system?socket=${await hostRoot(lab, host)}/run/libvirt/libvirt-sock`);
}

async function removeFrom(connection: Connection, guest: Guest): Promise<void> {
  try {
    const { dom } = await connection.domainLookupByUuid({ uuid: guest.uuid });
    const { state } = await connection.domainGetState({ dom, flags: 0 });
    if (state !== DomainState.shutoff) await connection.domainDestroyFlags({ dom, flags: 0 });
    await connection.domainUndefineFlags({ dom, flags: 0 });
  } catch (error) {
    // Not here, or a transient one that went when it was destroyed.
    if (!isRemote(error, ErrorNumber.noDomain)) throw error;
  }
}

/** Lets the controller find the guest by its name, as a site's DNS would. */
async function nameInController(lab: string, guest: Guest): Promise<void> {
  await appendFile(`${await hostRoot(lab, CONTROLLER)}/etc/hosts`, `${guest.address} ${guest.name}\n`);
}

/** Where a guest's disk lies on this machine. */
function diskFile(lab: string, guest: Guest): string | null {
  if (guest.diskPath === null) return null;
  const directory = guest.disk === 'shared' ? 'shared' : join('hosts', guest.host, 'images');
  return join(labDirectory(lab), directory, basename(guest.diskPath));
}

async function makeDisk(lab: string, guest: Guest): Promise<void> {
  const path = diskFile(lab, guest);
  if (path === null) return;
  await mkdir(join(path, '..'), { recursive: true });
  await run('qemu-img', ['create', '-q', '-f', guest.diskFormat, path, `${guest.diskMiB}M`]);
}

async function removeDisk(lab: string, guest: Guest): Promise<void> {
  const path = diskFile(lab, guest);
  if (path !== null) await rm(path, { force: true });
}
