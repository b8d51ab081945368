import { askSource, sourceVouches } from '../ask-source.ts';
import { defineCheck } from '../check.ts';

const ASKED = 'asked as a move asks it (Begin); nothing was begun';

/** The source's libvirt and QEMU have the last word on whether they send a domain, and can be asked for it. */
export const sourceCheck = defineCheck({
  subject: 'source',
  title: 'the source lets the domain go',
  texts: {
    refuses: {
      severity: 'blocker',
      message: '{here} refuses to send {domain}: {reason}',
      remedy:
        'take away what it names, where no other finding says how: virsh edit {domain}, then shut it down and start it',
    },
    silent: {
      severity: 'warning',
      message: '{here} does not say whether it would send {domain}',
      remedy: 'see whether something holds {domain}: virsh domcontrol {domain}',
    },
    'libvirt-agrees': {
      severity: 'notice',
      message: 'libvirt on {here} would send {domain}, but is too old to ask QEMU',
    },
    agrees: { severity: 'pass', message: '{here} would send {domain}' },
  },
  async run(context, found) {
    const named = { here: context.source.host.ref.name, domain: context.domain.name };
    const answer = await askSource(context);
    switch (answer.kind) {
      case 'agrees':
        return [found((await sourceVouches(context, 'qemu')) ? 'agrees' : 'libvirt-agrees', named, ASKED)];
      case 'refuses':
        return [found('refuses', { ...named, reason: answer.reason }, `libvirt says: ${answer.reason}`)];
      case 'silent':
        return answer.why === null ? [] : [found('silent', named, answer.why)];
      default:
        return answer satisfies never;
    }
  },
});
