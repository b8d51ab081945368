import { fill } from '../preflight/fill.ts';
import { knownErrors } from './table.ts';

/** What is known of an error of libvirt or QEMU. Names in braces are filled in from what the pattern captured. */
export interface KnownError {
  /** Stable: `no-shared-storage`. */
  readonly id: string;
  /** What it says, in English: a daemon that speaks another language is not understood. */
  readonly pattern: RegExp;
  readonly means: string;
  readonly remedy: string;
}

/** What an error means, and what to do about it. */
export interface Explanation {
  readonly id: string;
  readonly means: string;
  readonly remedy: string;
  /** What the pattern captured, for those who say it in another language. */
  readonly values: Readonly<Record<string, string>>;
}

/** Explains an error that is known; `null` where it isn't, and its own words must do. */
export function explain(message: string): Explanation | null {
  for (const { id, pattern, means, remedy } of knownErrors) {
    const match = pattern.exec(message);
    if (!match) continue;
    const values = { ...match.groups };
    return { id, means: fill(means, values), remedy: fill(remedy, values), values };
  }
  return null;
}

/** Every error that is known, for those who say what it means in another language. */
export { knownErrors };
