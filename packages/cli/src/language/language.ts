import { english } from './en.ts';
import type { Words } from './words.ts';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** The language that was asked for, or that the environment names as POSIX says (`LC_ALL`, `LC_MESSAGES`, `LANG`). */
export function languageOf(asked: Language | undefined, env: NodeJS.ProcessEnv): Language {
  if (asked !== undefined) return asked;
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^zh([_.-]|$)/i.test(locale) ? 'zh' : 'en';
}

/** Loads what a language says. */
export async function wordsIn(language: Language): Promise<Words> {
  return language === 'zh' ? (await import('./zh/words.ts')).chinese : english;
}
