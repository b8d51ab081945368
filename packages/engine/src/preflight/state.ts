import { JobType } from '@virt-ferry/libvirt';
import { type Check, findingsOf } from './check.ts';

const { blocker, notice, pass } = findingsOf('state');

/** Only a domain that runs, or is paused, can be moved live, and only if nothing else is being done to it. */
export const stateCheck: Check = {
  subject: 'state',
  title: 'the domain runs and is not busy',
  async run({ source, domain, dom }) {
    const where = `${domain.name} on ${source.host.ref.name}`;
    const evidence = `libvirt says: ${domain.state}`;
    if (domain.state !== 'running' && domain.state !== 'paused') {
      const message = `${where} is ${domain.state}, so there is nothing to move live`;
      return [blocker({ id: 'not-running', message, evidence }, `start it: virsh start ${domain.name}`)];
    }
    const { type } = await source.connection.domainGetJobInfo({ dom });
    if (type === JobType.bounded || type === JobType.unbounded) {
      const message = `${where} is busy with another job, perhaps a move that is under way`;
      return [
        blocker(
          { id: 'busy', message, evidence: `libvirt job type ${type}` },
          'wait for it, or see: ferry status',
        ),
      ];
    }
    if (domain.state === 'paused') {
      return [
        notice({ id: 'paused', message: `${where} is paused and will stay paused after the move`, evidence }),
      ];
    }
    return [pass({ id: 'running', message: `${where} runs and is not busy`, evidence })];
  },
};
