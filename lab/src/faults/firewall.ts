import { randomUUID } from 'node:crypto';
import { run } from '../program.ts';
import { namespacePath } from '../topology/names.ts';
import { type Undo, undoOnce } from './undo.ts';

/** Rules for what comes into a host's network namespace, and for what leaves it. */
export interface Rules {
  readonly input?: readonly string[];
  readonly output?: readonly string[];
}

/** Puts rules into a table of their own, all at once, whatever other tables there are. */
export async function addRules(lab: string, host: string, { input = [], output = [] }: Rules): Promise<Undo> {
  const table = `inet ferry_${randomUUID().replaceAll('-', '')}`;
  const chain = (hook: string, rules: readonly string[]) =>
    `chain ${hook} { type filter hook ${hook} priority 0; ${rules.map((rule) => `${rule};`).join(' ')} }\n`;
  await nft(lab, host, `table ${table} {\n${chain('input', input)}${chain('output', output)}}\n`);
  return undoOnce(() => nft(lab, host, `delete table ${table}\n`));
}

async function nft(lab: string, host: string, input: string): Promise<void> {
  await run('nsenter', [`--net=${namespacePath(lab, host)}`, '--', 'nft', '-f', '-'], { input });
}
