import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere } from '../environment.ts';
import { LabError } from '../errors.ts';
import { run, runMortal } from '../program.ts';
import { cacheRoot } from '../topology/names.ts';

const DOWNLOAD_MS = 300_000;

/** Fetches Debian's newest cloud kernel and unpacks it; nothing is installed on the machine. */
export async function unpackKernel(parts: string, into: string, signal?: AbortSignal): Promise<void> {
  if (!(await isThere('apt-get'))) {
    const where = join(cacheRoot(), 'images');
    throw new LabError(
      'environment',
      `the guest image is made from a Debian package, and apt-get is not here: copy ${where} from a Debian machine`,
    );
  }
  const shown = await run('apt-cache', ['depends', 'linux-image-cloud-amd64']);
  const name = /Depends: (linux-image-\S+)/.exec(shown)?.[1];
  if (!name) throw new LabError('environment', 'no cloud kernel is known to apt; run apt-get update');
  const download = ['-ec', 'cd "$1" && apt-get download --quiet "$2"', 'sh', parts, name];
  await runMortal('sh', download, { timeoutMs: DOWNLOAD_MS, signal });
  const [deb] = (await readdir(parts)).filter((file) => file.endsWith('.deb'));
  if (!deb) throw new LabError('program', `apt-get downloaded no ${name}`);
  await runMortal('dpkg-deb', ['-x', join(parts, deb), into], { signal });
}
