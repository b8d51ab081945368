import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../errors.ts';
import { addresses, GUESTS_MAX, labDirectory, uuidFor } from '../topology/names.ts';
import type { Guest, GuestSpec } from './spec.ts';
import { LOCAL_IN_HOST, SHARED_IN_HOST } from './xml.ts';

const directoryOf = (lab: string) => join(labDirectory(lab), 'guests');
const fileOf = (lab: string, name: string) => join(directoryOf(lab), `${name}.json`);

/** The guests of a lab, wherever they run now. */
export async function listGuests(lab: string): Promise<Guest[]> {
  const files = (await readdir(directoryOf(lab)).catch(() => [])).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(files.map((file) => readFile(join(directoryOf(lab), file), 'utf8')));
  const guests = texts.map((text): Guest => JSON.parse(text));
  return guests.sort((a, b) => a.index - b.index);
}

export async function findGuest(lab: string, name: string): Promise<Guest> {
  const guest = (await listGuests(lab)).find((one) => one.name === name);
  if (!guest) throw new LabError('name', `the lab ${lab} has no guest ${name}; see: ferry lab guest list`);
  return guest;
}

/** Gives a guest its address and identity, and remembers it. */
export async function registerGuest(lab: string, spec: GuestSpec): Promise<Guest> {
  if (!/^[a-z][a-z0-9-]{0,29}$/.test(spec.name)) {
    throw new LabError('name', `bad guest name ${spec.name}: expected a-z, 0-9 and -, at most 30`);
  }
  const guests = await listGuests(lab);
  if (guests.some(({ name }) => name === spec.name))
    throw new LabError('name', `the lab has a guest ${spec.name} already`);
  const taken = new Set(guests.map(({ index }) => index));
  const index = Array.from({ length: GUESTS_MAX }, (_, i) => i + 1).find((one) => !taken.has(one));
  if (index === undefined)
    throw new LabError('name', `the lab has ${GUESTS_MAX} guests, which is all it has addresses for`);
  const file = `${spec.name}.${spec.diskFormat}`;
  const diskPaths = { shared: join(SHARED_IN_HOST, file), local: join(LOCAL_IN_HOST, file), none: null };
  const guest: Guest = {
    ...spec,
    index,
    uuid: uuidFor('guest', index),
    address: addresses.guest(index),
    diskPath: diskPaths[spec.disk],
  };
  await mkdir(directoryOf(lab), { recursive: true });
  await writeFile(fileOf(lab, spec.name), JSON.stringify(guest));
  return guest;
}

export async function forgetGuest(lab: string, name: string): Promise<void> {
  await rm(fileOf(lab, name), { force: true });
}
