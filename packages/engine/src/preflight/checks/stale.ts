import type { Finding } from '../../model.ts';
import { defineCheck, type Texts } from '../check.ts';

const texts = {
  stale: {
    severity: 'blocker',
    message:
      'disk {disk} of {domain} lies in {path} on {here}, which is of the past: the guest was moved away and went on with a copy',
    remedy: 'look where it runs: ferry list; if this disk is the right one after all, give it another name',
  },
  'kept-definition': {
    severity: 'blocker',
    message: '{here} would keep a definition of {domain} that starts it from disks of the past',
    remedy: 'leave out --keep-source-definition, or put its disks on storage that both hosts mount',
  },
} as const satisfies Texts;

/** After a move that has copied disks, those that stay behind must never be taken for the guest's. */
export const staleCheck = defineCheck({
  subject: 'storage',
  title: 'the disks are of the present',
  texts,
  async run(context, found) {
    const { domain, source, wishes, env } = context;
    const here = source.host.ref.name;
    const left = (await env.journal.staleDisks(source.host.uuid)).filter(
      ({ domainUuid }) => domainUuid === domain.uuid,
    );
    const stale = domain.disks.flatMap((disk): Finding[] => {
      const path = disk.source.kind === 'file' ? disk.source.path : '';
      const one = left.find((of) => of.path === path);
      if (one === undefined) return [];
      const at = new Date(one.atMs).toISOString().slice(0, 19);
      const evidence = `operation ${one.operationId}, ${at}Z`;
      return [found('stale', { disk: disk.target, domain: domain.name, path, here }, evidence)];
    });
    // A rehearsal keeps it too, and moves nothing.
    if (wishes.sourceDefinition !== 'keep' || wishes.rehearsal || !domain.persistent) return stale;
    const { disks } = await context.storagePlan();
    if (disks.length === 0) return stale;
    const evidence = disks.map(({ source: { path } }) => path).join(', ');
    return [...stale, found('kept-definition', { here, domain: domain.name }, evidence)];
  },
});
