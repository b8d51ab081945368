import type { Element } from '@xmldom/xmldom';
import type { BootFile, HugePages, NumaNodes, Pinning, Requirements } from '../model.ts';
import { unitBytes } from './units.ts';
import { all, attributeAt, first, serialize, textAt } from './xml.ts';

/** What a domain asks of the host that runs it, besides its disks (formatdomain.html). */
export function parseRequirements(root: Element): Requirements {
  return {
    bootFiles: parseBootFiles(root),
    hugePages: parseHugePages(root),
    locked: first(root, 'memoryBacking/locked') !== null,
    pinning: parsePinning(root),
    numaNodes: parseNumaNodes(root),
    securityLabels: all(root, 'seclabel').map((label) => ({
      model: attributeAt(label, '', 'model') ?? '',
      type: attributeAt(label, '', 'type') ?? '',
      xml: serialize(label),
    })),
  };
}

/** Files that QEMU or libvirt open on the host, and that no move brings along. */
function parseBootFiles(root: Element): BootFile[] {
  const of = (role: BootFile['role'], path: string | null): BootFile[] =>
    path?.startsWith('/') ? [{ role, path }] : [];
  return [
    ...of('kernel', textAt(root, 'os/kernel')),
    ...of('initrd', textAt(root, 'os/initrd')),
    ...of('dtb', textAt(root, 'os/dtb')),
    ...of('loader', textAt(root, 'os/loader')),
    ...of('nvram', textAt(root, 'os/nvram') || attributeAt(root, 'os/nvram/source', 'file')),
    ...of('nvram-template', attributeAt(root, 'os/nvram', 'template')),
  ];
}

/** Each `<page>` names a size and, with `nodeset`, the cells of the guest whose memory lies in such pages. */
function parseHugePages(root: Element): HugePages | null {
  const element = first(root, 'memoryBacking/hugepages');
  if (element === null) return null;
  const pages = all(element, 'page');
  const cells = all(root, 'cpu/numa/cell').map((cell, index) => ({
    id: attributeAt(cell, '', 'id') ?? `${index}`,
    bytes: Number(attributeAt(cell, '', 'memory') ?? 0) * unitBytes(attributeAt(cell, '', 'unit')),
  }));
  return {
    pages: pages.map((page) => ({
      bytes: Number(attributeAt(page, '', 'size') ?? 0) * unitBytes(attributeAt(page, '', 'unit')),
      cells: attributeAt(page, '', 'nodeset'),
    })),
    cells,
  };
}

/** Sets of host CPUs, each of which must have one that is there. */
function parsePinning(root: Element): Pinning[] {
  const pinned = (path: string, what: (element: Element) => string): Pinning[] =>
    all(root, path).flatMap((element) => {
      const cpus = attributeAt(element, '', 'cpuset');
      return cpus === null ? [] : [{ what: what(element), cpus }];
    });
  return [
    ...pinned('vcpu', () => 'all vCPUs'),
    ...pinned('cputune/vcpupin', (pin) => `vCPU ${attributeAt(pin, '', 'vcpu')}`),
    ...pinned('cputune/emulatorpin', () => 'the emulator'),
    ...pinned('cputune/iothreadpin', (pin) => `I/O thread ${attributeAt(pin, '', 'iothread')}`),
  ];
}

/** Sets of the host's NUMA nodes, all of which must be there. */
function parseNumaNodes(root: Element): NumaNodes[] {
  return ['memory', 'memnode'].flatMap((name) =>
    all(root, `numatune/${name}`).flatMap((element) => {
      const nodes = attributeAt(element, '', 'nodeset');
      return nodes === null ? [] : [{ mode: attributeAt(element, '', 'mode') ?? 'strict', nodes }];
    }),
  );
}
