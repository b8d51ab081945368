import { dirname } from 'node:path';
import { messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { DiskSource } from '../model.ts';
import type { CheckContext } from '../preflight/check.ts';
import { recordOf } from '../recover/record.ts';
import { digestOf } from './digest.ts';
import { fileAt } from './directory.ts';
import type { Image } from './image.ts';

/** An image that a disk builds on, and what the destination has of it. */
export interface BaseImage {
  /** The disk that builds on it: `vda`. */
  readonly disk: string;
  readonly path: string;
  readonly state: 'shared' | 'same' | 'missing' | 'differs' | 'unproven';
  readonly evidence: string;
  /** As the source sees it; `null` where it can't be seen. */
  readonly image: Image | null;
}

/**
 * Looks at an image on both hosts. The same bytes are the same image: its file is compared by length and SHA-256, so one
 * that holds the same for a guest but was written otherwise counts as another.
 */
export async function lookAtBase(
  disk: string,
  source: DiskSource,
  context: CheckContext,
): Promise<BaseImage> {
  if (source.kind === 'network') {
    const evidence = `it is reached over the network: ${source.protocol} ${source.name}`;
    return { disk, path: source.name, state: 'shared', evidence, image: null };
  }
  if (source.kind !== 'file') {
    const evidence = `it is of type ${source.kind}`;
    return { disk, path: 'path' in source ? source.path : '', state: 'unproven', evidence, image: null };
  }
  return { disk, path: source.path, ...(await compare(source.path, context)) };
}

async function compare(
  path: string,
  { source, destination, proveShared, names, longReading, env }: CheckContext,
): Promise<Omit<BaseImage, 'disk' | 'path'>> {
  const pathThere = names.path(path);
  const [here, there] = await Promise.all([fileAt(source, path), fileAt(destination, pathThere)]);
  const image = here.kind === 'seen' ? here.value : null;
  if (there.kind === 'no-directory') return { state: 'missing', evidence: there.evidence, image };
  if (there.kind === 'seen' && there.value === null) {
    return { state: 'missing', evidence: `${dirname(pathThere)} is there, the file is not`, image };
  }
  const proof = await proveShared(dirname(path));
  if (proof.result === 'shared') return { state: 'shared', evidence: proof.evidence, image };
  if (image === null || there.kind !== 'seen' || there.value === null) {
    return { state: 'unproven', evidence: proof.evidence, image };
  }
  const sender = await sending(pathThere, destination.host.uuid, env);
  if (sender !== null) return { state: 'unproven', evidence: `operation ${sender} still sends it`, image };
  const sides = [source.host.ref.name, destination.host.ref.name];
  if (image.fileBytes !== there.value.fileBytes) {
    const sizes = `${image.fileBytes} bytes on ${sides[0]}, ${there.value.fileBytes} on ${sides[1]}`;
    return { state: 'differs', evidence: sizes, image };
  }
  try {
    const digests = [digestOf(source, path, image, env), digestOf(destination, pathThere, there.value, env)];
    const [ours = '', theirs = ''] = await longReading.during(Promise.all(digests));
    const evidence = `SHA-256 ${ours.slice(0, 12)}… on ${sides[0]}, ${theirs.slice(0, 12)}… on ${sides[1]}`;
    return { state: ours === theirs ? 'same' : 'differs', evidence, image };
  } catch (error) {
    return { state: 'unproven', evidence: messageOf(error), image };
  }
}

/** The operation that has made a file on a host and hasn't ended: if it fails, it takes the file away again. */
async function sending(path: string, hostUuid: string, env: Env): Promise<string | null> {
  for (const { id, request } of await env.journal.operations({ open: true })) {
    const { created, hosts } = recordOf(request, await env.journal.entries(id), false);
    const isIts = created.some((one) => one.kind === 'volume' && one.path === path);
    if (isIts && hosts?.destination === hostUuid) return id;
  }
  return null;
}
