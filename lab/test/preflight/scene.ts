import { check } from '@virt-ferry/engine';
import { captureInHost, type Guest, type NewGuest } from '@virt-ferry/lab';
import { XmlFlag } from '@virt-ferry/libvirt';
import { expect } from 'vitest';
import {
  afterwards,
  connectTo,
  env,
  guest,
  lab,
  move,
  request,
  runners,
  type VirshMove,
  virshMove,
} from '../fixture.ts';

/** What the tests of preflight's storage share: a guest to their measure, and things to take back. */

/** Runs a command inside a host; it must succeed. */
export async function inHost(host: string, ...command: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await captureInHost(lab, host, command);
  expect(exitCode, `${command.join(' ')} on ${host}: ${stderr}`).toBe(0);
  return stdout;
}

/** A directory on some hosts, for the test only. */
export async function directoryOn(path: string, ...hosts: string[]): Promise<void> {
  for (const host of hosts) {
    await inHost(host, 'mkdir', '-p', path);
    afterwards(() => inHost(host, 'rm', '-rf', path));
  }
}

/** A guest whose definition is changed before it runs. */
export async function guestWith(
  host: string,
  edit: (xml: string) => string,
  wanted: Partial<NewGuest> = { disk: 'none' },
): Promise<Guest> {
  const made = await guest({ host, ...wanted });
  const connection = await connectTo(host);
  const { dom } = await connection.domainLookupByName({ name: made.name });
  const { xml } = await connection.domainGetXmlDesc({ dom, flags: XmlFlag.inactive });
  const edited = edit(xml);
  expect(edited).not.toBe(xml);
  await connection.domainDestroyFlags({ dom, flags: 0 });
  await connection.domainDefineXmlFlags({ xml: edited, flags: 0 });
  await connection.domainCreateWithFlags({ dom, flags: 0 });
  return made;
}

export const addDevice = (device: string) => (xml: string) =>
  xml.replace('</devices>', `${device}</devices>`);

export const wishes = { probe: { kind: 'none' } } as const;

export type Wanted = Parameters<typeof request>[3];

/** What `check` finds, by id. */
export async function findingsFor(moved: Guest, from: string, to: string, wanted: Wanted = {}) {
  const { findings, verdict } = await check(request(moved, from, to, { ...wishes, ...wanted }), env);
  for (const { severity, evidence, fix } of findings) {
    expect(evidence).not.toBe('');
    if (severity === 'blocker') expect(fix?.command).toBeTruthy();
  }
  // That Ferry has no shell there and that libvirtd asks nobody is so of every host of the lab.
  const particular = findings.filter(({ subject }) => subject !== 'shell' && subject !== 'exposure');
  return {
    verdict,
    findings,
    particular,
    of: (id: string) => findings.filter((finding) => finding.id === id),
  };
}

/** What libvirt itself says of a move; where it does not go, the guest runs on as before. */
export async function virshMigrate(
  moved: Guest,
  from: string,
  to: string,
  wanted: Wanted = {},
  options: VirshMove = {},
): Promise<string> {
  const { stderr, exitCode } = await virshMove(request(moved, from, to, { ...wishes, ...wanted }), options);
  expect(await runners(moved.uuid)).toEqual([exitCode === 0 ? to : from]);
  return stderr.trim();
}

export async function expectMoved(
  moved: Guest,
  from: string,
  to: string,
  wanted: Wanted = {},
): Promise<void> {
  const { outcome } = await move(request(moved, from, to, { ...wishes, ...wanted }));
  expect(outcome).toMatchObject({ result: 'migrated', reason: '' });
  expect(await runners(moved.uuid)).toEqual([to]);
}

/** The names of all pools of a host. */
export async function pools(host: string): Promise<string[]> {
  const connection = await connectTo(host);
  const { pools: all } = await connection.connectListAllStoragePools({ needResults: true, flags: 0 });
  return all.map(({ name }) => name);
}

/** Mends a finding with `--fix`; returns what was done and how to undo it. */
export async function repair(moved: Guest, from: string, to: string, id: string, wanted: Wanted = {}) {
  const { repaired = [] } = await check(request(moved, from, to, { ...wishes, ...wanted }), env, {
    fix: true,
  });
  const mended = repaired.find(({ finding }) => finding.id === id);
  expect(mended?.result).toBe('mended');
  return mended?.text ?? '';
}
