import type { Element } from '@xmldom/xmldom';
import { all, attributeAt, first, parseXml, textAt } from '../inventory/xml.ts';
import { escapeXml } from './pool-xml.ts';

/** A file that a guest's disk lies in, as a host sees it. */
export interface Image {
  /** What it holds for a guest: of an image its virtual size. */
  readonly capacityBytes: number;
  readonly allocationBytes: number;
  /** The length of the file, holes counted. */
  readonly fileBytes: number;
  readonly owner: number;
  readonly group: number;
  /** Permission bits, as in `0o644`. */
  readonly mode: number;
  /** Seconds since 1970, to the nanosecond, as libvirt writes it; empty where it doesn't tell. */
  readonly modifiedAt: string;
  readonly format: string;
  /** How it is made, as XML for another one like it. */
  readonly options: string;
  readonly encrypted: boolean;
  /** What it builds on. */
  readonly backing: { readonly path: string; readonly format: string | null } | null;
}

/** formatstorage.html, `<volume>`: sizes in bytes, the mode in octal. */
export function parseImage(xml: string, name: string): Image {
  const root = parseXml(xml, `the description of ${name}`);
  const number = (path: string) => Number(textAt(root, path) ?? 0);
  const path = textAt(root, 'backingStore/path');
  return {
    capacityBytes: number('capacity'),
    allocationBytes: number('allocation'),
    fileBytes: number('physical'),
    owner: number('target/permissions/owner'),
    group: number('target/permissions/group'),
    mode: Number.parseInt(textAt(root, 'target/permissions/mode') ?? '0', 8),
    modifiedAt: textAt(root, 'target/timestamps/mtime') ?? '',
    format: attributeAt(root, 'target/format', 'type') ?? 'raw',
    options: optionsOf(root),
    encrypted: first(root, 'target/encryption') !== null,
    backing: path === null ? null : { path, format: attributeAt(root, 'backingStore/format', 'type') },
  };
}

/** Of qcow2: its version, the size of its clusters, and features such as lazy reference counts. */
function optionsOf(root: Element): string {
  const compat = textAt(root, 'target/compat');
  const cluster = textAt(root, 'target/clusterSize');
  const features = all(root, 'target/features').flatMap((one) =>
    [...one.childNodes].map(({ nodeName }) => nodeName),
  );
  const named = features.filter((name) => /^[a-z0-9_]+$/.test(name)).map((name) => `<${name}/>`);
  return [
    compat === null ? '' : `<compat>${escapeXml(compat)}</compat>`,
    cluster === null ? '' : `<clusterSize unit="B">${escapeXml(cluster)}</clusterSize>`,
    named.length === 0 ? '' : `<features>${named.join('')}</features>`,
  ].join('');
}
