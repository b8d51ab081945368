import type { Language } from '../language.ts';
import { english } from './en.ts';
import type { ShareWords } from './words.ts';

/** Loads what a language says of shares. */
export async function shareWordsIn(language: Language): Promise<ShareWords> {
  return language === 'zh' ? (await import('../zh/share.ts')).chinese : english;
}
