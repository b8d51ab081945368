import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  kbit: 125,
  Mbit: 125_000,
  Gbit: 125_000_000,
};
const SIZE = /^(\d+(?:\.\d+)?) ?(B|KiB|MiB|GiB|TiB)$/;
const RATE = /^(\d+(?:\.\d+)?) ?(?:(KiB|MiB|GiB)\/s|(kbit|Mbit|Gbit)(?:\/s)?)$/;

const name = z.string().min(1).max(255);
const names = z.array(name);
const SIZE_RULE = 'expected a size such as 8GiB, or a number of bytes that is not negative';
const RATE_RULE =
  'expected a rate such as 10Gbit or 500MiB/s, or a number of bytes per second that is not negative';
const size = z
  .union([z.number().nonnegative(SIZE_RULE), z.string().regex(SIZE, SIZE_RULE)], SIZE_RULE)
  .describe('8GiB, 512MiB or bytes');
const rate = z
  .union([z.number().nonnegative(RATE_RULE), z.string().regex(RATE, RATE_RULE)], RATE_RULE)
  .describe('10Gbit, 500MiB/s or bytes per second');
const atLeastOne = z.int().min(1);
const hugepages = z
  .array(z.strictObject({ node: z.int().min(0).max(63), size }))
  .describe('memory in huge pages, by NUMA node of the host');

const host = z.strictObject({
  name,
  cpus: z.number().positive().describe('CPUs (threads) for guests'),
  overcommit: z.number().positive().default(1).describe('vCPUs that may be promised for each CPU'),
  memory: size.describe('memory for guests, huge pages included'),
  hugepages: hugepages.default([]),
  link: z
    .union([rate, z.strictObject({ out: rate, in: rate })])
    .default('10Gbit')
    .describe('what it can send and receive'),
  zone: name.default('default').describe('rack, room or power line that it shares with others'),
  disk: size.default(0).describe('room for local disks'),
  maintenance: z.boolean().default(false).describe('takes no domain'),
  moves: atLeastOne.default(2).describe('moves that it takes part in at once'),
  has: names.default([]).describe('CPU features, networks, pools: what a domain may need'),
});

const domain = z.strictObject({
  name,
  host: name.describe('where it is'),
  vcpus: z.number().positive(),
  cpu: z
    .number()
    .nonnegative()
    .optional()
    .describe('CPUs that it keeps busy; half of its vCPUs where not given'),
  memory: size,
  resident: size.optional().describe('what has to be sent of its memory; all where not given'),
  dirtyRate: rate.default(0).describe('how fast it dirties memory'),
  hugepages: hugepages.default([]),
  localDisk: size.default(0).describe('local disks, which are copied with it'),
  pinned: z.boolean().default(false).describe('never moved'),
  notMovable: z.string().min(1).optional().describe('why it cannot be moved'),
  priority: z.int().min(0).max(1000).default(0).describe('higher goes first, and is left behind last'),
  needs: names.default([]).describe('what its host must have'),
  onlyOn: names.optional().describe('the only hosts where it may be'),
});

const group = z.strictObject({
  name,
  kind: z
    .enum(['apart', 'together', 'spread'])
    .describe('apart: no two on one host; together: all on one host; spread: over zones'),
  domains: names.min(2),
  zones: atLeastOne.default(2).describe('of spread: over at least so many zones'),
});

/** What an inventory file holds. */
export const inventorySchema = z.strictObject({
  version: z.literal(1),
  network: z
    .strictObject({
      core: rate.optional().describe('what all moves share; no limit where not given'),
      moves: atLeastOne.default(64).describe('moves at once, in all'),
      setup: z.number().nonnegative().default(1).describe('seconds that a move takes besides sending'),
    })
    .default({ moves: 64, setup: 1 }),
  hosts: z.array(host).min(1),
  domains: z.array(domain).default([]),
  groups: z.array(group).default([]),
});
export type InventoryFile = z.infer<typeof inventorySchema>;

/** A size or a rate in bytes. The schema has seen that it can be read. */
export function bytesOf(value: number | string): number {
  if (typeof value === 'number') return value;
  const match = SIZE.exec(value) ?? RATE.exec(value);
  const unit = match?.[2] ?? match?.[3] ?? 'B';
  return Math.round(Number(match?.[1] ?? 0) * (UNITS[unit] ?? 1));
}

/** The file as a JSON Schema, for editors. */
export function inventoryJsonSchema(): unknown {
  return z.toJSONSchema(inventorySchema, { io: 'input' });
}
