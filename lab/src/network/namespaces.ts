import { readdir } from 'node:fs/promises';
import { run } from '../program.ts';
import { isNamespaceOf, namespaceDirectory } from '../topology/names.ts';

/** The names of a lab's network namespaces. */
export async function listNamespaces(lab: string): Promise<string[]> {
  const names = await readdir(namespaceDirectory).catch(() => []);
  return names.filter((name) => isNamespaceOf(lab, name));
}

export async function addNamespace(name: string): Promise<void> {
  await run('ip', ['netns', 'add', name]);
}

export async function deleteNamespace(name: string): Promise<void> {
  await run('ip', ['netns', 'delete', name]);
}
