import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Connection, DomainState, ErrorNumber, isRemote } from '@virt-ferry/libvirt';
import { machinePid } from '../host/processes.ts';
import { accelerator } from '../image/accelerator.ts';
import { guestImage } from '../image/image.ts';
import { run } from '../program.ts';
import { hostNames } from '../status.ts';
import { labDirectory, namespaceOf } from '../topology/names.ts';
import { connectHost } from './connect.ts';
import { nameInController, unnameInController } from './hosts-file.ts';
import { guestReady } from './query.ts';
import { findGuest, forgetGuest, registerGuest } from './registry.ts';
import { checkSpec, type Guest, type GuestSpec, guestDefaults, machineFor } from './spec.ts';
import { guestXml } from './xml.ts';

export type NewGuest = Pick<GuestSpec, 'name' | 'host'> & Partial<GuestSpec>;

/** Makes a guest on a host, starts it, and waits until its workload answers. */
export async function addGuest(
  lab: string,
  wanted: NewGuest,
  report: (line: string) => void = () => undefined,
): Promise<Guest> {
  const connection = await connectHost(lab, wanted.host);
  try {
    const { version } = await connection.connectGetVersion({});
    const spec: GuestSpec = { ...guestDefaults, machine: machineFor(Number(version)), ...wanted };
    checkSpec(spec);
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
      await forget(lab, guest);
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
    // A host that was killed took its domains with it.
    if ((await machinePid(namespaceOf(lab, host))) === null) continue;
    const connection = await connectHost(lab, host);
    try {
      await removeFrom(connection, guest);
    } finally {
      await connection.close();
    }
  }
  await forget(lab, guest);
}

async function forget(lab: string, guest: Guest): Promise<void> {
  await removeDisk(lab, guest);
  await unnameInController(lab, guest);
  await forgetGuest(lab, guest);
}

async function removeFrom(connection: Connection, guest: Guest): Promise<void> {
  try {
    const { dom } = await connection.domainLookupByUuid({ uuid: guest.uuid });
    const { state } = await connection.domainGetState({ dom, flags: 0 });
    if (state !== DomainState.shutoff) await connection.domainDestroyFlags({ dom, flags: 0 }).catch(ifGone);
    await connection.domainUndefineFlags({ dom, flags: 0 });
  } catch (error) {
    // Not here, or a transient one that went when it was destroyed.
    if (!isRemote(error, ErrorNumber.noDomain)) throw error;
  }
}

/** Its QEMU may end by itself just then. */
function ifGone(error: unknown): void {
  if (!isRemote(error, ErrorNumber.operationInvalid)) throw error;
}

/** Where a guest's disk lies on this machine, as it was made on its host, or copied to another. */
function diskFile(lab: string, guest: Guest, host: string): string | null {
  if (guest.diskPath === null) return null;
  const directory = guest.disk === 'shared' ? 'shared' : join('hosts', host, 'images');
  return join(labDirectory(lab), directory, basename(guest.diskPath));
}

async function makeDisk(lab: string, guest: Guest): Promise<void> {
  const path = diskFile(lab, guest, guest.host);
  if (path === null) return;
  await mkdir(join(path, '..'), { recursive: true });
  await run('qemu-img', ['create', '-q', '-f', guest.diskFormat, path, `${guest.diskMiB}M`]);
}

async function removeDisk(lab: string, guest: Guest): Promise<void> {
  for (const host of await hostNames(lab)) {
    const path = diskFile(lab, guest, host);
    if (path !== null) await rm(path, { force: true });
  }
}
