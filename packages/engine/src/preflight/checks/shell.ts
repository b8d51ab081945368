import type { Opened } from '../../host-shell/shells.ts';
import { defineCheck, type Side } from '../check.ts';

/** Says once what was not looked at because no shell leads to a host: nothing of it is taken for granted. */
export const shellCheck = defineCheck({
  subject: 'shell',
  title: 'the hosts themselves can be looked at',
  texts: {
    unseen: {
      severity: 'notice',
      message:
        'Ferry has no shell on {hosts}, so bridges, MTUs, firewalls, ports in use, clocks and limits there were not looked at',
      remedy: 'name an ssh target for each in the hosts file (ssh: root@HOST), or use qemu+ssh:// URIs',
    },
    failed: {
      severity: 'notice',
      message:
        'Ferry could not get a shell on {host}, so bridges, MTUs, firewalls, ports in use, clocks and limits there were not looked at',
      remedy: 'see why: {command}',
    },
  },
  async run({ source, destination, shells }, found) {
    const opened = await Promise.all([shells.source(), shells.destination()]);
    const sides: readonly (readonly [Side, Opened])[] = [
      [source, opened[0]],
      [destination, opened[1]],
    ];
    const unseen = sides.flatMap(([side, one]) =>
      one.shell === null && one.reason === 'no-way' ? [{ name: side.host.ref.name, why: one.why }] : [],
    );
    const failed = sides.flatMap(([side, one]) =>
      one.shell === null && one.reason === 'failed'
        ? [found('failed', { host: side.host.ref.name, command: one.tried }, one.why)]
        : [],
    );
    if (unseen.length === 0) return failed;
    const hosts = unseen.map(({ name }) => name).join(' and ');
    return [...failed, found('unseen', { hosts }, unseen.map(({ why }) => why).join('; '))];
  },
});
