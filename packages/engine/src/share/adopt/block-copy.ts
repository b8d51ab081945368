import { type Connection, type DomainRef, isRemote, XmlFlag } from '@virt-ferry/libvirt';
import type { Env } from '../../env.ts';
import { EngineError } from '../../errors.ts';
import { lookUp } from '../../inventory/domain.ts';
import { all, attributeAt, first, parseXml } from '../../inventory/xml.ts';
import { deleteFile } from '../../storage/created.ts';
import { escapeXml } from '../../storage/pool-xml.ts';
import type { Answer } from '../host.ts';
import type { Thing } from '../model.ts';
import type { Adoption } from './plan.ts';

/** `virDomainBlockCopyFlags`: the job of a domain that has a definition ends with its QEMU. */
const TRANSIENT_JOB = 4;
/** `virDomainBlockJobAbortFlags`: the domain goes on with the copy. */
const PIVOT = 2;
const POLL_MS = 500;

/** How far a copy is. */
export interface CopyProgress {
  readonly disk: string;
  readonly copiedBytes: number;
  readonly totalBytes: number;
}

/** What a running domain has as a disk, and what it is being copied to. */
interface DiskNow {
  readonly path: string | null;
  readonly mirror: { readonly path: string | null; readonly isReady: boolean } | null;
}

/**
 * Copies a disk into a new image while its domain runs and writes to both, and has the domain go on with the copy alone:
 *
 * ```
 *  QEMU ─ writes ─▶ from            QEMU ─ writes ─┬▶ from          QEMU ─ writes ─▶ to
 *                                                  └▶ to
 *           blockCopy ──────────────▶  ready  ─────── pivot ───────▶
 * ```
 *
 * A copy to the same image that runs already is gone on with. Throws an EngineError, `share`, where it ends before it is
 * whole, and the signal's reason once that is aborted: it then runs on, and {@link undoAdoption} ends it.
 */
export async function copyOnto(
  dom: DomainRef,
  { disk, to, format }: Adoption,
  connection: Connection,
  env: Env,
  onProgress: (progress: CopyProgress) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { mirror } = await diskNow(connection, dom, disk);
  if (mirror !== null && mirror.path !== to)
    throw new EngineError(
      'share',
      `${disk} of ${dom.name} is being copied to ${mirror.path ?? 'something else'}`,
    );
  if (mirror === null) {
    const destinationXml = `<disk type="file"><driver name="qemu" type="${escapeXml(format)}"/><source file="${escapeXml(to)}"/></disk>`;
    await connection.domainBlockCopy({ dom, path: disk, destinationXml, params: [], flags: TRANSIENT_JOB });
  }
  for (;;) {
    const now = await diskNow(connection, dom, disk);
    if (now.mirror === null)
      throw new EngineError('share', `the copy of ${disk} of ${dom.name} ended before it was whole`);
    const job = await connection.domainGetBlockJobInfo({ dom, path: disk, flags: 0 });
    if (job.found) onProgress({ disk, copiedBytes: Number(job.current), totalBytes: Number(job.end) });
    if (now.mirror.isReady) break;
    await env.delay(POLL_MS, signal);
    signal?.throwIfAborted();
  }
  await connection.domainBlockJobAbort({ dom, path: disk, flags: PIVOT });
}

/** Whether the domain has the image as its disk: now, and when it is started next. */
export async function hasAdopted(
  dom: DomainRef,
  { disk, to }: Pick<Adoption, 'disk' | 'to'>,
  connection: Connection,
): Promise<boolean> {
  const [now, next] = await Promise.all([
    diskNow(connection, dom, disk),
    diskNow(connection, dom, disk, XmlFlag.inactive),
  ]);
  return now.path === to && now.mirror === null && next.path === to;
}

/** `['noadopted', uuid, disk, image]` */
export function isAdoption([word]: Thing): boolean {
  return word === 'noadopted';
}

/** Ends a copy, and deletes what it has written; what a domain has as its disk is kept. */
export async function undoAdoption(
  [, uuid = '', disk = '', to = '']: Thing,
  connection: Connection,
): Promise<Answer> {
  const kept = (why: string): Answer => ({ isSo: true, lines: [`kept ${why}`] });
  const dom = await lookUp(connection, uuid);
  if (dom === null) return kept('its VM is not on this host any more');
  for (const flags of [0, XmlFlag.inactive]) {
    const { path } = await diskNow(connection, dom, disk, flags);
    if (path === to) return kept(`${dom.name} uses it`);
  }
  const { mirror } = await diskNow(connection, dom, disk);
  if (mirror?.path === to)
    await connection.domainBlockJobAbort({ dom, path: disk, flags: 0 }).catch((error: unknown) => {
      // It may have ended by itself just then; what lies there is deleted either way.
      if (!isRemote(error)) throw error;
    });
  if ((await diskNow(connection, dom, disk)).mirror?.path === to)
    return { isSo: false, lines: ['its copy does not end'] };
  await deleteFile(to, connection);
  return { isSo: true, lines: [] };
}

async function diskNow(connection: Connection, dom: DomainRef, disk: string, flags = 0): Promise<DiskNow> {
  const { xml } = await connection.domainGetXmlDesc({ dom, flags });
  const root = parseXml(xml, `domain ${dom.name}`);
  const found = all(root, 'devices/disk').find((one) => attributeAt(one, 'target', 'dev') === disk);
  if (found === undefined) return { path: null, mirror: null };
  const mirror = first(found, 'mirror');
  return {
    path: attributeAt(found, 'source', 'file'),
    mirror:
      mirror === null
        ? null
        : {
            path: attributeAt(mirror, 'source', 'file') ?? attributeAt(mirror, '', 'file'),
            isReady: attributeAt(mirror, '', 'ready') === 'yes',
          },
  };
}
