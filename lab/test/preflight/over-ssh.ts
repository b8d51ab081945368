import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CheckReport, check, type Finding, type HostRef, type MoveRequest } from '@virt-ferry/engine';
import { captureInHost, type Guest, hostRoot, labDirectory } from '@virt-ferry/lab';
import { XmlFlag } from '@virt-ferry/libvirt';
import { afterAll, expect } from 'vitest';
import { address, afterwards, connectTo, env, lab, request, type VirshMove, virshMove } from '../fixture.ts';

const directory = mkdtempSync(join(tmpdir(), 'ferry-lab-ssh-'));
afterAll(() => rmSync(directory, { recursive: true }));
/** The system's ssh with the lab's key, whatever the machine's own user has configured. */
const command = join(directory, 'ssh');
const options = '-F none -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -o LogLevel=ERROR';
writeFileSync(command, `#!/bin/sh\nexec ssh ${options} -i '${labDirectory(lab)}/keys/ssh' "$@"\n`);
chmodSync(command, 0o755);

/** A host whose URI gives Ferry a shell there. */
export function overSsh(name: string, more: Partial<HostRef> = {}): HostRef {
  return { name, uri: `qemu+ssh://root@${address(name)}/system?command=${command}`, ...more };
}

/** A move between hosts that Ferry may look at. */
export function seen(moved: Guest, from: string, to: string, wishes: Partial<MoveRequest> = {}): MoveRequest {
  const sides = { source: overSsh(from), destination: overSsh(to) };
  return request(moved, from, to, { ...sides, probe: { kind: 'none' }, ...wishes });
}

/** Runs a shell script in a host; it must succeed. */
export async function run(name: string, script: string): Promise<string> {
  const ran = await captureInHost(lab, name, ['sh', '-ec', script]);
  expect(ran, `${script}: ${ran.stderr}`).toMatchObject({ exitCode: 0 });
  return ran.stdout;
}

/** Changes a file of a host, for the test only. */
export async function rewrite(on: string, path: string, change: (text: string) => string): Promise<void> {
  const file = `${await hostRoot(lab, on)}${path}`;
  const before = await readFile(file, 'utf8');
  afterwards(() => writeFile(file, before));
  await writeFile(file, change(before));
}

export function find(report: CheckReport, id: string): Finding | undefined {
  return report.findings.find((finding) => finding.id === id);
}

export async function findingOf(wanted: MoveRequest, id: string): Promise<Finding | undefined> {
  return find(await check(wanted, env), id);
}

/** A remedy as a user would type it; it must be a command for the host that it names. */
export function remedyOf(finding: Finding | undefined, host: string): string {
  const [, on, text = ''] = /^on (\S+): (.*)$/s.exec(finding?.fix?.command ?? '') ?? [];
  expect(on, finding?.fix?.command).toBe(host);
  return text;
}

/** Starts a guest anew with another description. */
export async function restartAs(guest: Guest, on: string, change: (xml: string) => string): Promise<void> {
  const connection = await connectTo(on);
  const { dom } = await connection.domainLookupByName({ name: guest.name });
  const { xml } = await connection.domainGetXmlDesc({ dom, flags: XmlFlag.inactive });
  await connection.domainDestroyFlags({ dom, flags: 0 });
  await connection.domainDefineXmlFlags({ xml: change(xml), flags: 0 });
  await connection.domainCreateWithFlags({ dom, flags: 0 });
}

/** What libvirt's own client says of a move that Ferry would not even begin. */
export async function virshRefusal(wanted: MoveRequest, options: VirshMove = {}): Promise<string> {
  const { exitCode, stderr } = await virshMove(wanted, options);
  expect(exitCode, 'virsh migrate was to fail').not.toBe(0);
  return stderr;
}
