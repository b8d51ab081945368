import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { LabError } from '../errors.ts';
import { CONTROLLER, WIRES } from './names.ts';

const rate = z
  .string()
  .regex(/^[1-9]\d*(kbit|mbit|gbit)$/, 'expected a rate such as 800mbit')
  .default('800mbit');

const hostName = z.string().regex(/^[a-z][a-z0-9]{0,14}$/, 'expected a host name: a-z and 0-9, at most 15');

const size = z.string().regex(/^[1-9]\d*(MiB|GiB)$/, 'expected a size such as 1536MiB');

const machineSchema = z.strictObject({
  memory: size.default('1536MiB'),
  disk: size
    .refine((text) => mebibytes(text) >= 3072, 'expected at least 3GiB, which its system takes')
    .default('6GiB'),
  cpus: z.int().min(1).max(64).default(1),
});

const hostSchema = z.strictObject({
  /** A full machine, with a kernel of its own, instead of namespaces on this one's. */
  machine: machineSchema.optional(),
  /** Debian release of its root file system; this machine's own where none is given, trixie for a full machine. */
  release: z.enum(['bullseye', 'bookworm', 'trixie']).optional(),
  /** Rate of its link to the others, for management and migration. */
  link: rate,
  /** Whether it has the shared directory; `cluster`: in a file system (FUSE) that libvirt takes for a cluster's. */
  shared: z.union([z.boolean(), z.literal('cluster')]).default(true),
  /** Lines of libvirtd.conf and qemu.conf, instead of the lab's where it has the same ones. */
  libvirtd: z.array(z.string()).default([]),
  qemu: z.array(z.string()).default([]),
});

const consistentHost = hostSchema
  // What brings the FUSE file system is installed on this machine, not in other releases' roots.
  .refine(
    ({ shared, release }) => shared !== 'cluster' || release === undefined,
    'expected no release where shared is cluster',
  )
  .refine(
    ({ shared, machine }) => shared !== 'cluster' || machine === undefined,
    'expected no full machine where shared is cluster',
  )
  // It sees no directory of this machine.
  .transform((host) => (host.machine ? { ...host, shared: false } : host));

export const topologySchema = z.strictObject({
  hosts: z
    .record(
      hostName,
      consistentHost.nullable().transform((host) => host ?? hostSchema.parse({})),
    )
    .refine((hosts) => Object.keys(hosts).length >= 1, 'expected at least one host')
    .refine((hosts) => Object.keys(hosts).length <= 50, 'expected at most 50 hosts')
    .refine(
      (hosts) => !(CONTROLLER in hosts) && !(WIRES in hosts),
      `${CONTROLLER} and ${WIRES} are there anyway`,
    ),
});

export type HostTopology = z.infer<typeof hostSchema>;
export type MachineTopology = z.infer<typeof machineSchema>;
export type Topology = z.infer<typeof topologySchema>;

/** A size as a topology has it, `1536MiB` or `6GiB`, in MiB. */
export function mebibytes(text: string): number {
  return Number.parseInt(text, 10) * (text.endsWith('GiB') ? 1024 : 1);
}

/** Reads a topology file. Throws a LabError that names the file and the place in it. */
export async function readTopology(path: string): Promise<Topology> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new LabError('topology', `cannot read the topology ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
  return parseTopology(text, path);
}

export function parseTopology(text: string, path: string): Topology {
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    const why = cause instanceof YAMLParseError ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new LabError('topology', `${path} is not YAML: ${why}`, { cause });
  }
  const result = topologySchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.join('.') || 'the top';
  // Of a bad key the outer issue says only that it is one.
  const said = issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message;
  throw new LabError('topology', `${path}: at ${place}: ${said ?? 'unusable'}`);
}
