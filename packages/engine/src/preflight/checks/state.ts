import { JobType } from '@virt-ferry/libvirt';
import { defineCheck } from '../check.ts';

/** Only a domain that runs, or is paused, can be moved live, and only if nothing else is being done to it. */
export const stateCheck = defineCheck({
  subject: 'state',
  title: 'the domain runs and is not busy',
  texts: {
    'not-running': {
      severity: 'blocker',
      message: '{domain} on {here} is {state}, so there is nothing to move live',
      remedy: 'start it: virsh start {domain}',
    },
    busy: {
      severity: 'blocker',
      message: '{domain} on {here} is busy with another job, perhaps a move that is under way',
      remedy: 'wait for it, or see: ferry status',
    },
    paused: {
      severity: 'notice',
      message: '{domain} on {here} is paused and will stay paused after the move',
    },
    running: { severity: 'pass', message: '{domain} on {here} runs and is not busy' },
  },
  async run({ source, domain, dom }, found) {
    const named = { domain: domain.name, here: source.host.ref.name };
    const evidence = `libvirt says: ${domain.state}`;
    if (domain.state !== 'running' && domain.state !== 'paused')
      return [found('not-running', { ...named, state: domain.state }, evidence)];
    const { type } = await source.connection.domainGetJobInfo({ dom });
    if (type === JobType.bounded || type === JobType.unbounded)
      return [found('busy', named, `libvirt job type ${type}`)];
    return [found(domain.state === 'paused' ? 'paused' : 'running', named, evidence)];
  },
});
