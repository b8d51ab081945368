import { randomUUID } from 'node:crypto';
import { readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../errors.ts';
import { createJson, readJson } from '../record/json-file.ts';
import { addresses, GUESTS_MAX, labDirectory } from '../topology/names.ts';
import { checkSpec, type Guest, type GuestSpec, guestSchema, isDiskPath } from './spec.ts';
import { LOCAL_IN_HOST, SHARED_IN_HOST } from './xml.ts';

/** Made by `up`, so that nothing here brings back a lab that is gone. */
export const guestsDirectory = (lab: string) => join(labDirectory(lab), 'guests');
const fileOf = (lab: string, name: string) => join(guestsDirectory(lab), `${name}.json`);
/** A link that exists as long as an index is taken, and names by whom. */
const indexOf = (lab: string, index: number) => join(guestsDirectory(lab), `${index}.taken`);

/** The guests of a lab, wherever they run now. */
export async function listGuests(lab: string): Promise<Guest[]> {
  const files = (await readdir(guestsDirectory(lab)).catch(() => [])).filter((name) =>
    name.endsWith('.json'),
  );
  const read = files.map((file) => readJson(join(guestsDirectory(lab), file), guestSchema));
  const guests = (await Promise.all(read)).filter((guest) => guest !== null);
  return guests.sort((a, b) => a.index - b.index);
}

export async function findGuest(lab: string, name: string): Promise<Guest> {
  const guest = (await listGuests(lab)).find((one) => one.name === name);
  if (!guest) throw new LabError('name', `the lab ${lab} has no guest ${name}; see: ferry lab guest list`);
  return guest;
}

/** Gives a guest its address and identity, and remembers it. Any number of commands may do so at once. */
export async function registerGuest(lab: string, spec: GuestSpec): Promise<Guest> {
  checkSpec(spec);
  const index = await takeIndex(lab, spec.name);
  const file = `${spec.name}.${spec.diskFormat}`;
  const places = { shared: join(SHARED_IN_HOST, file), local: join(LOCAL_IN_HOST, file), none: null };
  const guest: Guest = {
    ...spec,
    index,
    uuid: randomUUID(),
    address: addresses.guest(index),
    diskPath: isDiskPath(spec.disk) ? spec.disk : places[spec.disk],
  };
  if (await createJson(fileOf(lab, spec.name), guest)) return guest;
  await rm(indexOf(lab, index), { force: true });
  throw new LabError('name', `the lab has a guest ${spec.name} already`);
}

export async function forgetGuest(lab: string, guest: Guest): Promise<void> {
  await rm(fileOf(lab, guest.name), { force: true });
  await rm(indexOf(lab, guest.index), { force: true });
}

/** A symbolic link is made whole or not at all, and by one only. */
async function takeIndex(lab: string, name: string): Promise<number> {
  for (let index = 1; index <= GUESTS_MAX; index++) {
    try {
      await symlink(name, indexOf(lab, index));
      return index;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  throw new LabError('name', `the lab has ${GUESTS_MAX} guests, which is all it has addresses for`);
}
