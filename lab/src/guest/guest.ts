import { type Connection, DomainState, ErrorNumber, isRemote } from '@virt-ferry/libvirt';
import { LabError } from '../errors.ts';
import { door } from '../full-machine/door.ts';
import { machinePid } from '../host/processes.ts';
import { accelerator } from '../image/accelerator.ts';
import { guestImage } from '../image/image.ts';
import { namespaceOf } from '../topology/names.ts';
import { connectHost } from './connect.ts';
import { makeDisk, removeDisk } from './disk.ts';
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
    const isFullMachine = (await door(lab, wanted.host)) !== null;
    const machine = machineFor(Number(version), isFullMachine);
    const spec: GuestSpec = { ...guestDefaults, machine, ...wanted };
    checkSpec(spec);
    if (isFullMachine && spec.disk === 'shared') throw noSharedDirectory(spec);
    const image = await guestImage(report);
    const guest = await registerGuest(lab, spec);
    try {
      await makeDisk(lab, guest);
      await nameInController(lab, guest);
      const { dom } = await connection.domainDefineXmlFlags({
        // No processor of a full machine is known to run guests of its own.
        xml: guestXml(guest, isFullMachine ? 'full machine' : await accelerator(image)),
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

function noSharedDirectory({ name, host }: GuestSpec): LabError {
  const instead = 'give it a disk of its own (--disk local), none, or the path of a file';
  return new LabError(
    'name',
    `${name} cannot have a shared disk: the full machine ${host} has none; ${instead}`,
  );
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
