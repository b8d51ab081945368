import type { Choice, Operation } from '@virt-ferry/engine';
import { asksFirst, confirmed } from '../ask.ts';
import { oneLine } from '../display/printable.ts';
import { choiceText, surveyLines } from '../display/recovery.ts';
import { ExitCode } from '../errors.ts';
import { printJsonLine, printLine, tell } from '../io.ts';
import type { Recovering } from './recovering.ts';

/** `ferry recover --dry-run`: what each host says, and the next step with its reason. Touches nothing. */
export async function showSurvey(
  operation: Operation,
  { engine, env, io, options, hosts }: Recovering,
): Promise<number> {
  const choice = options.choose ?? null;
  const seen = await engine.survey(operation.id, { hosts, choice }, env);
  if (options.json) {
    const { id: operationId, domain } = operation;
    printJsonLine(io, { type: 'survey', operationId, domain, ...seen });
  } else for (const line of surveyLines(operation.id, operation, seen)) printLine(io, line);
  return seen.step.name === 'hold' ? ExitCode.uncertain : ExitCode.done;
}

/** Where somebody is there to be asked, they see what a choice does before anything is done. */
export async function operatorAgrees(
  operation: Operation,
  choice: Choice,
  { engine, env, io, options, hosts }: Recovering,
): Promise<boolean> {
  if (!asksFirst(options, io)) return true;
  const seen = await engine.survey(operation.id, { hosts, choice }, env);
  for (const line of surveyLines(operation.id, operation, seen)) tell(io, line);
  tell(io, oneLine(choiceText(choice, operation)));
  return confirmed('Do that?', io);
}
