import { domainTexts } from '../check-host.ts';
import { rehearsalTexts } from '../migrate/rehearse.ts';
import { offlineTexts } from '../offline/offline-check.ts';
import type { Text, Texts } from './check.ts';
import { hostCheck } from './checks/host.ts';
import { operationTexts } from './operation.ts';
import { failedTexts } from './preflight.ts';
import { checks } from './registry.ts';

const subjects: readonly { readonly subject: string; readonly texts: Texts }[] = [
  hostCheck,
  ...checks,
  { subject: 'operation', texts: operationTexts },
  { subject: 'domain', texts: domainTexts },
  { subject: 'offline', texts: offlineTexts },
  { subject: 'rehearsal', texts: rehearsalTexts },
];

/** Everything that a check can find, by the finding's id: for those who list it, or say it in another language. */
export const catalogue: ReadonlyMap<string, Text> = new Map(
  [...subjects, { subject: '*', texts: failedTexts }].flatMap(({ subject, texts }) =>
    Object.entries(texts).map(([id, text]) => [`${subject}.${id}`, text] as const),
  ),
);

/** The title of every check: what could not be checked, where one fails. */
export const titles: readonly string[] = [hostCheck, ...checks].map(({ title }) => title);
