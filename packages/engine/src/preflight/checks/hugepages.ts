import { isRemote } from '@virt-ferry/libvirt';
import { parseNumberSet } from '../../inventory/number-set.ts';
import type { Domain, Finding, Host, HugePages } from '../../model.ts';
import { type CheckContext, defineCheck, type Found, type Texts } from '../check.ts';

const KIB = 1024;
/** Where a domain names no size libvirt takes the kernel's default, which no call tells; on x86 it is this. */
const DEFAULT_BYTES = 2048 * KIB;

const texts = {
  unsupported: {
    severity: 'blocker',
    message: '{there} has no memory pages of {size} KiB, in which {domain} has its memory',
    remedy: 'choose a destination whose processor has pages of {size} KiB',
  },
  short: {
    severity: 'blocker',
    message: '{there} has too few free memory pages of {size} KiB for {domain}',
    remedy:
      'reserve {lacking} more on {there}: virsh allocpages --pagesize {size} --pagecount {lacking} --add --all',
  },
  'default-short': {
    severity: 'warning',
    message: '{there} may have too few huge pages for {domain}, which has pages of the default size',
    remedy:
      'reserve {lacking} more on {there}: virsh allocpages --pagesize {size} --pagecount {lacking} --add --all',
  },
  unseen: {
    severity: 'warning',
    message: 'could not see how many memory pages of {size} KiB {there} has free for {domain}',
    remedy: 'look on {there}: virsh freepages --all',
  },
  enough: { severity: 'pass', message: '{there} has the huge pages that {domain} needs' },
} as const satisfies Texts;

/** Huge pages are set aside beforehand, and QEMU takes all it needs at once or ends (hostmem's `prealloc`). */
export const hugePagesCheck = defineCheck({
  subject: 'hugepages',
  title: 'the destination has the huge pages',
  texts,
  async run(context, found) {
    const { hugePages } = context.domain.requires;
    if (hugePages === null) return [];
    const needed = neededPages(context.domain, hugePages);
    const all = await Promise.all(
      [...needed].map(([bytes, count]) =>
        sizeFinding(bytes, count, hugePages.pages.length > 0, context, found),
      ),
    );
    const bad = all.filter(({ severity }) => severity !== 'pass');
    return bad.length > 0 ? bad : all;
  },
});

/** How many pages of which size; cells of the guest that no `<page>` names are in those of the one that names none. */
export function neededPages(
  { memoryBytes }: Pick<Domain, 'memoryBytes'>,
  { pages, cells }: HugePages,
): Map<number, number> {
  const named = pages.filter((page) => page.cells !== null);
  const bytesIn = (set: string) => {
    const numbers = parseNumberSet(set);
    return cells.reduce((sum, { id, bytes }) => sum + (numbers.has(Number(id)) ? bytes : 0), 0);
  };
  const needed = new Map<number, number>();
  const add = (size: number, bytes: number) =>
    needed.set(size, (needed.get(size) ?? 0) + Math.ceil(bytes / size));
  for (const page of named) add(page.bytes, bytesIn(page.cells ?? ''));
  const rest = memoryBytes - named.reduce((sum, page) => sum + bytesIn(page.cells ?? ''), 0);
  const others = pages.find((page) => page.cells === null);
  if (others) add(others.bytes, rest);
  else if (pages.length === 0) add(DEFAULT_BYTES, memoryBytes);
  return needed;
}

async function sizeFinding(
  bytes: number,
  count: number,
  sure: boolean,
  { destination, domain }: CheckContext,
  found: Found<typeof texts>,
): Promise<Finding> {
  const { host, connection } = destination;
  const sizeKiB = bytes / KIB;
  const values = { size: `${sizeKiB}`, there: host.ref.name, domain: domain.name };
  if (!host.pageSizesKiB.includes(sizeKiB)) {
    const evidence = `its capabilities name ${host.pageSizesKiB.join(', ')} KiB`;
    return sure ? found('unsupported', values, evidence) : found('unseen', values, evidence);
  }
  const nodes = allowedNodes(domain, host);
  try {
    const asked = { pageSizesKiB: [sizeKiB], startCell: 0, cellCount: host.numaCells.length, flags: 0 };
    const { counts } = await connection.nodeGetFreePages(asked);
    const free = counts.reduce((sum, one, index) => sum + (nodes.has(index) ? Number(one) : 0), 0);
    const evidence = `${free} free on ${host.ref.name} in the NUMA nodes ${[...nodes].join(' ')}, ${count} needed`;
    if (free >= count) return found('enough', values, evidence);
    return found(sure ? 'short' : 'default-short', { ...values, lacking: `${count - free}` }, evidence);
  } catch (error) {
    if (isRemote(error)) return found('unseen', values, error.message);
    throw error;
  }
}

/** The nodes that the memory may come from: with `strict` only those that are named. */
function allowedNodes({ requires }: Domain, { numaCells }: Host): Set<number> {
  const strict = requires.numaNodes.filter(({ mode }) => mode === 'strict');
  if (strict.length === 0) return new Set(numaCells.map(({ id }) => id));
  return new Set(strict.flatMap(({ nodes }) => [...parseNumberSet(nodes)]));
}
