import type { Io } from './io.ts';

/** Whether somebody is there to be asked, and wants to be: programs and `--yes` don't. */
export function asksFirst(
  { yes, json }: { readonly yes?: boolean; readonly json?: boolean },
  io: Io,
): boolean {
  return !yes && !json && io.input.isTTY === true && io.err.isTTY === true;
}

/** Asks; whoever does not say yes has said no. */
export async function confirmed(message: string, io: Io): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message, initialValue: false, input: io.input, output: io.err });
  return !isCancel(answer) && answer;
}
