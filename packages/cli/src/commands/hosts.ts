import type { Host } from '@virt-ferry/engine';
import { formatVersion } from '@virt-ferry/libvirt';
import { resolveHost } from '../config/hosts.ts';
import { addHost, removeHost } from '../config/hosts-edit.ts';
import { readHosts } from '../config/hosts-file.ts';
import { hostsPath } from '../config/paths.ts';
import { oneLine } from '../display/printable.ts';
import { table } from '../display/table.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { formatBytes } from '../units/rate.ts';
import { withEngine } from '../with-engine.ts';

/** `ferry hosts` */
export async function list(options: { readonly json?: boolean }, io: Io): Promise<number> {
  const hosts = await readHosts(hostsPath(io.env));
  if (options.json) printJson(io, hosts);
  else if (hosts.length > 0)
    printLine(
      io,
      table(
        ['NAME', 'URI', 'MIGRATION ADDRESS', 'FOR ITS PEERS'],
        hosts.map(({ name, uri, migrationAddress, peerUri }) => [
          name,
          uri,
          migrationAddress ?? '-',
          peerUri ?? '-',
        ]),
      ),
    );
  else tell(io, `no hosts in ${hostsPath(io.env)}; add one with: ferry hosts add NAME URI`);
  return ExitCode.done;
}

/** `ferry hosts add NAME URI` */
export async function add(
  name: string,
  uri: string,
  options: {
    readonly migrationAddress?: string;
    readonly peerUri?: string;
    readonly ssh?: string;
    readonly json?: boolean;
  },
  io: Io,
): Promise<number> {
  const { migrationAddress, peerUri, ssh, json } = options;
  const change = await addHost(hostsPath(io.env), { name, uri, migrationAddress, peerUri, ssh });
  const what = change === 'added' ? 'is now known' : 'was known and is now another';
  if (json) printJson(io, { name, uri, migrationAddress, peerUri, ssh, change });
  else tell(io, `${name} ${what}; look at it with: ferry hosts show ${name}`);
  return ExitCode.done;
}

/** `ferry hosts remove NAME`: forgets the name; the host itself is not touched. */
export async function remove(name: string, options: { readonly json?: boolean }, io: Io): Promise<number> {
  await removeHost(hostsPath(io.env), name);
  if (options.json) printJson(io, { name, change: 'removed' });
  else tell(io, `${name} is forgotten; the host itself was not touched`);
  return ExitCode.done;
}

/** `ferry hosts show NAME` */
export async function show(name: string, options: { readonly json?: boolean }, io: Io): Promise<number> {
  const ref = await resolveHost(name, io.env);
  const host = await withEngine(io, (engine, env) => engine.readHost(ref, env));
  if (options.json) printJson(io, host);
  else for (const [what, value] of facts(host)) printLine(io, oneLine(`${what.padEnd(12)}${value}`));
  return ExitCode.done;
}

function facts(host: Host): [string, string][] {
  return [
    ['name', host.ref.name],
    ['uri', host.ref.uri],
    ['hostname', host.hostname],
    ['uuid', host.uuid],
    ['libvirt', formatVersion(host.libvirtVersion)],
    ['hypervisor', formatVersion(host.hypervisorVersion)],
    ['cpus', `${host.cpus} (${host.arch})`],
    ['memory', `${formatBytes(host.availableMemoryBytes)} of ${formatBytes(host.memoryBytes)} available`],
  ];
}
