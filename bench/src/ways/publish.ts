import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { plotOf } from './plot.ts';
import { summariesOf, tableOf } from './table.ts';
import type { Result } from './ways.ts';

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));

const HEAD = `# Benchmarks: how guests are moved, beside virsh

Made by \`script/bench ways --results FILE\` and \`script/bench publish --results FILE\`. Two hosts of Debian 13 (libvirt 11,
QEMU 10) in the lab, emulated guests, a link of 800 Mbit/s; each guest is moved to and fro, by \`ferry migrate\` without any
option and by \`virsh migrate --live\` with each of the settings, both over ssh, in random order. What a guest does is drawn within its
class. The worst stall is what the guest itself saw, or lost of its clock; work lost is what it did not write of what it
writes undisturbed in the same time. The floor is what is in use over what the link carries.

In the plots both scales are logarithmic and less is better; the dashed line is the frontier that all settings of virsh
draw together: nobody can know beforehand which of them to take.
`;

/** Writes docs/benchmarks.md and its plots from what \`bench ways\` has added to a file; the last of a class counts. */
export async function publish(results: string): Promise<void> {
  const lines = (await readFile(results, 'utf8')).trim().split('\n');
  const latest = new Map<string, Result>();
  for (const line of lines) {
    const result: Result = JSON.parse(line);
    latest.set(result.className, result);
  }
  await mkdir(`${DOCS}benchmarks`, { recursive: true });
  const sections = [...latest.values()].map((result) => {
    const picture = `![${result.className}: time and worst stall](benchmarks/${result.className}.svg)`;
    return `${tableOf(result).replace('###', '##')}\n${picture}\n`;
  });
  await writeFile(`${DOCS}benchmarks.md`, [HEAD, ...sections].join('\n'));
  for (const result of latest.values())
    await writeFile(
      `${DOCS}benchmarks/${result.className}.svg`,
      plotOf(summariesOf(result), result.className),
    );
}
