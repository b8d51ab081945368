import type { Choice, Outcome, Recovery, Survey } from '@virt-ferry/engine';
import { oneLine } from './printable.ts';

/** What is still to be said of a recovery, beside how the move ended. */
export type RecoveryEnd = Pick<Recovery, 'open' | 'look'>;

type Sides = Pick<Outcome, 'source' | 'destination'> & { readonly domain: { readonly name: string } };

/** For each choice what Ferry does upon it. */
export function choiceText(choice: Choice, { domain, source, destination }: Sides): string {
  const texts: Readonly<Record<Choice, string>> = {
    source: `${source} keeps ${domain.name}: a copy on ${destination} is destroyed first, and with it what the guest did there; then ${source} resumes its own`,
    destination: `${destination} keeps ${domain.name}: the copy on ${source} is stopped and ended, and with it what the guest did there; then ${destination} resumes its own if it stands still`,
    accept: `nothing is touched on either host: the operation is closed as it stands, and Ferry looks after it no more`,
  };
  return texts[choice];
}

/** The commands by which the operator decides, ready to be pasted. */
function choiceLines(operationId: string, sides: Sides): string[] {
  const choices: readonly Choice[] = ['source', 'destination', 'accept'];
  return choices.flatMap((choice) => [
    `  ferry recover ${operationId} --choose ${choice}`,
    `      ${choiceText(choice, sides)}`,
  ]);
}

/** What follows where an operation stays open. */
export function stillOpenLines(outcome: Outcome, { look }: RecoveryEnd): string[] {
  const again = `ferry recover ${outcome.operationId}`;
  if (outcome.result !== 'uncertain') return [`  still open; once that can be done: ${again}`];
  if (look === null) {
    return [`${outcome.domain.name}: left as it is: ${outcome.reason}`, `  still open; go on with: ${again}`];
  }
  return [
    `${outcome.domain.name}: where it runs is not certain: ${outcome.reason}`,
    `  look at ${look}`,
    `  still open; look again with: ${again}`,
    '  or decide yourself, once you know:',
    ...choiceLines(outcome.operationId, outcome).map((line) => `  ${line}`),
  ];
}

/** What both hosts say, and what would be done next. */
export function surveyLines(
  operationId: string,
  sides: Sides,
  { source, destination, step }: Survey,
): string[] {
  const width = Math.max(source.name.length, destination.name.length, 4);
  const row = (name: string, text: string) => `  ${name.padEnd(width)}  ${text}`;
  const unclear =
    step.name === 'hold'
      ? [row('', `look at ${step.look}`), ...choiceLines(operationId, sides).map((line) => `  ${line}`)]
      : [];
  const debts = step.name === 'done' ? step.debts.map((debt) => row('', `still to do: ${debt}`)) : [];
  return [
    `${sides.domain.name}: ${sides.source} → ${sides.destination} (${operationId})`,
    row(source.name, source.says),
    row(destination.name, destination.says),
    row('next', `${stepWords(step)}: ${step.reason}`),
    ...debts,
    ...unclear,
  ].map(oneLine);
}

function stepWords(step: Survey['step']): string {
  if (step.name === 'hold') return step.mayPass ? 'hold until it is seen' : 'hold for you to decide';
  return step.name === 'done' ? `close as ${step.result}` : step.name;
}
