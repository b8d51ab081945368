import type { Finding } from '../../model.ts';
import { type CheckContext, defineCheck } from '../check.ts';
import { postCopyCheck } from './post-copy.ts';
import { userfaultfdCheck } from './userfaultfd.ts';

/** Post-copy that the user only allows is gone without where a move by it would be blocked. */
export const allowedPostCopyCheck = defineCheck({
  subject: 'allowed-post-copy',
  title: 'post-copy, which is allowed, can be done',
  texts: {
    without: { severity: 'notice', message: '{domain} is moved without post-copy, which is allowed: {why}' },
  },
  async run(context, found) {
    const { wishes, domain } = context;
    if (wishes.postCopy !== 'when-needed' || wishes.method === 'post-copy') return [];
    const refusal = await postCopyRefusal(context);
    return refusal === null
      ? []
      : [found('without', { domain: domain.name, why: refusal.message }, refusal.evidence)];
  },
});

/** What would block a move by post-copy; `null`: nothing. */
export async function postCopyRefusal(context: CheckContext): Promise<Finding | null> {
  const asked = { ...context, wishes: { ...context.wishes, method: 'post-copy' as const } };
  const found = await Promise.all([postCopyCheck, userfaultfdCheck].map((check) => check.run(asked)));
  return found.flat().find(({ severity }) => severity === 'blocker') ?? null;
}
