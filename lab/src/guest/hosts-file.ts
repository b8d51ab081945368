import { readFile, writeFile } from 'node:fs/promises';
import { hostRoot } from '../host/enter.ts';
import { machinePid } from '../host/processes.ts';
import { inTurn } from '../lock.ts';
import { CONTROLLER, labDirectory, namespaceOf } from '../topology/names.ts';
import type { Guest } from './spec.ts';

/** Lets the controller find a guest by its name, as a site's DNS would. */
export async function nameInController(lab: string, { address, name }: Guest): Promise<void> {
  await rewrite(lab, (lines) => [...lines.filter((line) => !names(line, name)), `${address} ${name}`]);
}

export async function unnameInController(lab: string, { name }: Guest): Promise<void> {
  // A controller that was killed took the file with it.
  if ((await machinePid(namespaceOf(lab, CONTROLLER))) === null) return;
  await rewrite(lab, (lines) => lines.filter((line) => !names(line, name)));
}

/** Whether a line of /etc/hosts is that of a name. */
function names(line: string, name: string): boolean {
  return line.split(' ').at(-1) === name;
}

async function rewrite(lab: string, change: (lines: string[]) => string[]): Promise<void> {
  const path = `${await hostRoot(lab, CONTROLLER)}/etc/hosts`;
  await inTurn(`${labDirectory(lab)}/hosts-file`, undefined, async () => {
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    await writeFile(path, `${change(lines).join('\n')}\n`);
  });
}
