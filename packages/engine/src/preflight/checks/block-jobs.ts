import { isRemote } from '@virt-ferry/libvirt';
import { sourceVouches } from '../ask-source.ts';
import { defineCheck } from '../check.ts';

/** libvirt's names of what can be done to a disk meanwhile (`virDomainBlockJobType`). */
const kinds = ['unknown', 'pull', 'copy', 'commit', 'commit of the active layer', 'backup'] as const;

/** A disk that is being copied or merged can't be handed over ("domain has active block job"). */
export const blockJobsCheck = defineCheck({
  subject: 'block-jobs',
  title: 'nothing is being done to a disk',
  texts: {
    active: {
      severity: 'blocker',
      message: 'disk {disk} of {domain} on {here} has a block job ({kind}) under way',
      remedy: 'wait for it, or end it: virsh blockjob {domain} {disk} --abort',
    },
  },
  async run(context, found) {
    const { source, domain, dom } = context;
    if (await sourceVouches(context, 'libvirt')) return [];
    const jobs = await Promise.all(
      domain.disks.map(async ({ target }) => {
        try {
          const job = await source.connection.domainGetBlockJobInfo({ dom, path: target, flags: 0 });
          return job.found ? [{ target, ...job }] : [];
        } catch (error) {
          // An empty drive has no job that could be asked for.
          if (isRemote(error)) return [];
          throw error;
        }
      }),
    );
    return jobs.flat().map(({ target, type, current, end }) => {
      const kind = kinds[type] ?? kinds[0];
      const named = { disk: target, domain: domain.name, here: source.host.ref.name, kind };
      return found('active', named, `libvirt says: ${kind}, ${current} of ${end} bytes`);
    });
  },
});
