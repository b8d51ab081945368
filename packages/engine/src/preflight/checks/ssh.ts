import { parseUri } from '@virt-ferry/libvirt';
import { defineCheck } from '../check.ts';

/** The most that a move opens to one host before any of them has authenticated: phases, monitor, shell. */
const AT_ONCE = 3;

/** sshd drops connections at random while more than so many have not authenticated yet (sshd_config(5), MaxStartups). */
export const sshCheck = defineCheck({
  subject: 'ssh',
  title: 'sshd takes the connections of a move',
  texts: {
    'few-startups': {
      severity: 'warning',
      message:
        'sshd on {host} takes {startups} connections at a time (MaxStartups), and a move opens {needed}',
      remedy: 'on {host}: set MaxStartups 10:30:100 or more in /etc/ssh/sshd_config and restart sshd',
    },
  },
  async run({ source, destination, shells }, found) {
    const opened = await Promise.all([shells.source(), shells.destination()]);
    return [source, destination].flatMap(({ host }, index) => {
      const startups = opened[index]?.shell?.facts.sshStartups ?? null;
      if (startups === null || startups >= AT_ONCE) return [];
      if (parseUri(host.ref.uri).transport !== 'ssh') return [];
      const named = { host: host.ref.name, startups: String(startups), needed: String(AT_ONCE) };
      return [found('few-startups', named, `MaxStartups ${startups}`)];
    });
  },
});
