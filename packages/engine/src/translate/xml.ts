import type { Element } from '@xmldom/xmldom';
import { all, parseXml, serialize } from '../inventory/xml.ts';
import type { Names } from './names.ts';

/** A name in a domain's description that is another one on the destination. */
export interface Change {
  /** `disk vda`, `interface 52:54:00:…`. */
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/**
 * A domain's description as it is to be on the destination: the files of its disks, of what they build on and of its
 * drives, its firmware's variables, its networks and its bridges. Nothing else is changed, and nothing that the guest can see (what may differ:
 * virDomainDefCheckABIStability, domain_conf.c).
 */
export function translateXml(
  xml: string,
  names: Names,
): { readonly xml: string; readonly changes: Change[] } {
  const root = parseXml(xml, 'the description of the domain');
  const changes: Change[] = [];
  const rename = (what: string, element: Element, attribute: string, nameOf: (name: string) => string) => {
    const from = element.getAttribute(attribute);
    if (!from) return;
    const to = nameOf(from);
    if (to === from) return;
    element.setAttribute(attribute, to);
    changes.push({ what, from, to });
  };
  for (const disk of all(root, 'devices/disk')) {
    const target = all(disk, 'target')[0]?.getAttribute('dev') ?? '';
    for (const source of sourcesOf(disk))
      for (const attribute of ['file', 'dev']) rename(`disk ${target}`, source, attribute, names.path);
  }
  for (const nic of all(root, 'devices/interface')) {
    const what = `interface ${all(nic, 'mac')[0]?.getAttribute('address') ?? ''}`;
    for (const source of all(nic, 'source')) {
      rename(what, source, 'network', names.network);
      rename(what, source, 'bridge', names.bridge);
    }
  }
  for (const nvram of all(root, 'os/nvram')) {
    const from = nvram.textContent?.trim() ?? '';
    const to = names.path(from);
    if (from === '' || to === from) continue;
    nvram.textContent = to;
    changes.push({ what: 'NVRAM', from, to });
  }
  return { xml: serialize(root), changes };
}

/** A disk's own source, and those of all that it builds on. */
function sourcesOf(disk: Element): Element[] {
  const backing = all(disk, 'backingStore');
  return [...all(disk, 'source'), ...all(disk, 'source/dataStore/source'), ...backing.flatMap(sourcesOf)];
}
