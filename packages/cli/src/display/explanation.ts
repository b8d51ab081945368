import { explain } from '@virt-ferry/engine/known-errors';
import { english } from '../language/en.ts';
import type { Words } from '../language/words.ts';
import { oneLine } from './printable.ts';

/** What an error means, and what to do about it, where that is known; to follow the error itself. */
export function explanationLines(message: string, words: Words = english): string[] {
  const known = explain(message);
  return known ? words.explanation(known).map((line) => oneLine(`  ${line}`)) : [];
}
