import { dirname } from 'node:path';
import { type Connection, type DomainRef, ErrorNumber, isRemote, XmlFlag } from '@virt-ferry/libvirt';
import { parseXml, textAt } from '../inventory/xml.ts';
import type { Changes, Domain, Mapping } from '../model.ts';
import { isLocalDisk } from '../storage/local-disk.ts';
import type { SharedProof } from '../storage/shared.ts';
import { type Names, namesFor, sameNames } from './names.ts';
import { translateXml } from './xml.ts';

/** The descriptions that the destination gets instead of the source's own. */
export interface Descriptions {
  readonly running: string;
  readonly persistent: string;
}

/** What the user wants to be called otherwise, a pool as the directories of the disks that go into it. */
export async function readNames(
  changes: Changes | undefined,
  domain: Domain,
  destination: Connection,
  proveShared: (directory: string) => Promise<SharedProof>,
): Promise<Names> {
  if (changes === undefined) return sameNames;
  const into = changes.pool === null ? null : await directoryOf(changes.pool, destination);
  if (into === null) return namesFor(changes);
  const mapped = namesFor(changes);
  const pooled: Mapping[] = [];
  for (const disk of domain.disks) {
    if (disk.readOnly || disk.shareable || !isLocalDisk(disk)) continue;
    const from = dirname(disk.source.path);
    if (mapped.path(from) !== from || (await proveShared(from)).result !== 'local') continue;
    pooled.push({ from, to: into });
  }
  return namesFor({ ...changes, paths: [...changes.paths, ...pooled] });
}

/** The directory of a pool on the destination; `null` if there is no such pool, or it is no directory. */
export async function directoryOf(name: string, connection: Connection): Promise<string | null> {
  try {
    const { pool } = await connection.storagePoolLookupByName({ name });
    const { xml } = await connection.storagePoolGetXmlDesc({ pool, flags: 0 });
    return textAt(parseXml(xml, `the pool ${name}`), 'target/path');
  } catch (error) {
    if (isRemote(error, ErrorNumber.noStoragePool)) return null;
    throw error;
  }
}

/** Reads both descriptions of a domain from the source, and puts the destination's names into them. */
export async function readDescriptions(
  source: Connection,
  dom: DomainRef,
  names: Names,
): Promise<Descriptions | null> {
  if (names.alike) return null;
  const read = async (flags: number) => {
    const { xml } = await source.domainGetXmlDesc({
      dom,
      flags: flags | XmlFlag.secure | XmlFlag.migratable,
    });
    return translateXml(xml, names).xml;
  };
  return { running: await read(0), persistent: await read(XmlFlag.inactive) };
}
