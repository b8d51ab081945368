import { argv } from 'node:process';
import { createEnv, type MoveRequest, migrate } from '@virt-ferry/engine';

/** What {@link startMortal} runs: one move, told to the parent until somebody kills it. */
const [journalPath = '', wanted = ''] = argv.slice(2);
const request: MoveRequest = JSON.parse(wanted);
const env = createEnv({ journalPath });
const moving = migrate(request, env, new AbortController().signal);
for (;;) {
  const step = await moving.next();
  process.send?.(step.done ? { type: 'outcome', ...step.value } : step.value);
  if (step.done) break;
}
await env.close();
process.disconnect?.();
