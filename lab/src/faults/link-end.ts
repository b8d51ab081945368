import { LabError } from '../errors.ts';
import { hostNames } from '../status.ts';
import { addresses, CONTROLLER } from '../topology/names.ts';

/** All addresses of a host or the controller. Throws a LabError where there is no such host. */
export async function addressesOf(lab: string, host: string): Promise<string[]> {
  if (host === CONTROLLER) return Object.values(addresses.controller);
  const number = await numberOf(lab, host);
  return [addresses.management(number), addresses.guestNetwork(number)];
}

/** Hosts count from 1. Throws a LabError where there is none. */
export async function numberOf(lab: string, host: string): Promise<number> {
  const number = (await hostNames(lab)).indexOf(host) + 1;
  if (number > 0) return number;
  throw new LabError('name', `the lab ${lab} has no host ${host}; see: ferry lab status`);
}
