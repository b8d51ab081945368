import { readdir } from 'node:fs/promises';
import { run } from '../program.ts';
import { namespaceDirectory, namespacePrefix } from '../topology/names.ts';

/** The names of a lab's network namespaces. */
export async function listNamespaces(lab: string): Promise<string[]> {
  const names = await readdir(namespaceDirectory).catch(() => []);
  return names.filter((name) => name.startsWith(namespacePrefix(lab)) && isOwn(name, lab));
}

/** `ferry-a-b-wires` belongs to the lab `a-b`, not to `a`: what follows the prefix is a host's name. */
function isOwn(name: string, lab: string): boolean {
  return /^[a-z][a-z0-9]*$/.test(name.slice(namespacePrefix(lab).length));
}

export async function addNamespace(name: string): Promise<void> {
  await run('ip', ['netns', 'add', name]);
}

export async function deleteNamespace(name: string): Promise<void> {
  await run('ip', ['netns', 'delete', name]);
}
