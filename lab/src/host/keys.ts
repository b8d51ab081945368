import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../program.ts';
import { addresses } from '../topology/names.ts';
import type { Topology } from '../topology/topology.ts';

/** Where a lab's keys are, below its directory. */
export const keysDirectory = (directory: string) => join(directory, 'keys');

/** The key of who may reach all hosts. */
export const labKey = (keys: string) => join(keys, 'ssh');
/** The hosts' public keys, by name and address. */
export const knownHosts = (keys: string) => join(keys, 'known_hosts');
/** By which a host is known; those that share this kernel share one. */
export const hostKey = (keys: string, fullMachine?: string) =>
  join(keys, fullMachine === undefined ? 'ssh-host' : `ssh-host-${fullMachine}`);

/**
 * Makes a lab's certificates and ssh keys: a CA, a certificate for each host and for the controller, one ssh key that
 * all hosts accept, one by which they are known, and for each full machine one of its own; and, for tests of refusals, a client certificate of another CA and an ssh key nobody knows.
 */
export async function makeKeys(directory: string, topology: Topology): Promise<void> {
  const hosts = Object.keys(topology.hosts);
  const keys = keysDirectory(directory);
  await mkdir(keys, { recursive: true, mode: 0o700 });
  await Promise.all([makeAuthority(keys, 'ca'), makeAuthority(keys, 'foreign-ca')]);
  await Promise.all([
    ...hosts.map((host, index) => {
      const names = `DNS:${host},IP:${addresses.management(index + 1)}`;
      return makeCertificate(keys, 'ca', host, 'serverAuth,clientAuth', names);
    }),
    makeCertificate(keys, 'ca', 'client', 'clientAuth', 'DNS:controller'),
    makeCertificate(keys, 'foreign-ca', 'foreign-client', 'clientAuth', 'DNS:stranger'),
    makeSshKey(labKey(keys)),
    makeSshKey(join(keys, 'ssh-unknown')),
    makeSshKey(hostKey(keys)),
    ...hosts.flatMap((host) => (topology.hosts[host]?.machine ? [makeSshKey(hostKey(keys, host))] : [])),
  ]);
  await writeFile(knownHosts(keys), await knownHostsText(keys, topology));
}

async function knownHostsText(keys: string, topology: Topology): Promise<string> {
  const lines = Object.entries(topology.hosts).map(async ([name, { machine }], index) => {
    const key = await readFile(`${hostKey(keys, machine && name)}.pub`, 'utf8');
    return `${name},${addresses.management(index + 1)} ${key}`;
  });
  return (await Promise.all(lines)).join('');
}

async function makeAuthority(keys: string, name: string): Promise<void> {
  await makeKey(join(keys, `${name}.key`));
  const subject = ['-subj', `/CN=Ferry lab ${name}`, '-days', '3650'];
  await run('openssl', [
    'req',
    '-x509',
    '-new',
    '-key',
    join(keys, `${name}.key`),
    ...subject,
    '-out',
    join(keys, `${name}.pem`),
  ]);
}

async function makeCertificate(
  keys: string,
  ca: string,
  name: string,
  usage: string,
  names: string,
): Promise<void> {
  const path = (suffix: string) => join(keys, `${name}${suffix}`);
  await makeKey(path('.key'));
  await run('openssl', [
    'req',
    '-new',
    '-key',
    path('.key'),
    '-subj',
    `/O=Ferry lab/CN=${name}`,
    '-out',
    path('.csr'),
  ]);
  await writeFile(path('.ext'), `extendedKeyUsage=${usage}\nsubjectAltName=${names}\n`);
  const signer = ['-CA', join(keys, `${ca}.pem`), '-CAkey', join(keys, `${ca}.key`)];
  // Several are signed at once, so no serial file.
  const serial = ['-set_serial', `0x${Buffer.from(name).toString('hex').slice(0, 30)}`];
  await run('openssl', [
    'x509',
    '-req',
    '-in',
    path('.csr'),
    ...signer,
    ...serial,
    '-days',
    '3650',
    '-extfile',
    path('.ext'),
    '-out',
    path('.pem'),
  ]);
}

async function makeKey(path: string): Promise<void> {
  await run('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', path]);
  await chmod(path, 0o600);
}

async function makeSshKey(path: string): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ferry-lab', '-f', path]);
}
