import { explain } from '@virt-ferry/engine/known-errors';
import { oneLine } from './printable.ts';

/** What an error means, and what to do about it, where that is known; to follow the error itself. */
export function explanationLines(message: string): string[] {
  const known = explain(message);
  return known ? [oneLine(`  that is: ${known.means}`), oneLine(`  to do: ${known.remedy}`)] : [];
}
