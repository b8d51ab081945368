import { randomUUID } from 'node:crypto';
import { door } from '../full-machine/door.ts';
import { refuseFullMachine } from '../host/enter.ts';
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
  // A full machine's namespace only leads to it: what comes to the machine is forwarded there.
  const isLead = (await door(lab, host)) !== null;
  if (output.length > 0) await refuseFullMachine(lab, host, 'has the firewall for what leaves it inside');
  const [family, incoming] = isLead ? ['bridge', 'forward'] : ['inet', 'input'];
  const table = `${family} ferry_${randomUUID().replaceAll('-', '')}`;
  const chain = (hook: string, rules: readonly string[]) =>
    `chain ${hook} { type filter hook ${hook} priority 0; ${rules.map((rule) => `${rule};`).join(' ')} }\n`;
  await nft(
    lab,
    host,
    `table ${table} {\n${chain(incoming, input)}${output.length > 0 ? chain('output', output) : ''}}\n`,
  );
  return undoOnce(() => nft(lab, host, `delete table ${table}\n`));
}

async function nft(lab: string, host: string, input: string): Promise<void> {
  await run('nsenter', [`--net=${namespacePath(lab, host)}`, '--', 'nft', '-f', '-'], { input });
}
