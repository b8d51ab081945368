import { lookUp, stateName } from '../../inventory/domain.ts';
import { defineCheck } from '../check.ts';

/** The destination must not have another domain of that name or UUID, nor an active one that is the same. */
export const identityCheck = defineCheck({
  subject: 'identity',
  title: 'name and UUID are free on the destination',
  texts: {
    'name-taken': {
      severity: 'blocker',
      message: '{there} has another domain named {domain}',
      remedy: 'rename it on {there}: virsh domrename {domain} NEW',
    },
    'uuid-taken': {
      severity: 'blocker',
      message: '{there} has the UUID of {domain} under another name, {other}',
      remedy: 'remove or redefine {other} on {there}',
    },
    'active-twice': {
      severity: 'blocker',
      message: '{domain} is active on {there} already',
      remedy: 'look at both hosts before anything else: ferry list',
    },
    defined: {
      severity: 'notice',
      message: '{there} has an inactive definition of {domain}, which the move will replace',
    },
    free: { severity: 'pass', message: 'no domain on {there} has the name or UUID of {domain}' },
  },
  async run({ destination, domain }, found) {
    const there = destination.host.ref.name;
    const named = { there, domain: domain.name };
    const [byUuid, byName] = await Promise.all([
      lookUp(destination.connection, domain.uuid),
      lookUp(destination.connection, domain.name),
    ]);
    if (byName && byName.uuid !== domain.uuid) {
      const evidence = `its UUID is ${byName.uuid}, that of the one to move is ${domain.uuid}`;
      return [found('name-taken', named, evidence)];
    }
    if (byUuid && byUuid.name !== domain.name)
      return [found('uuid-taken', { ...named, other: byUuid.name }, `UUID ${domain.uuid}`)];
    if (!byUuid) return [found('free', named, `looked up ${domain.name} and ${domain.uuid}`)];
    const { state } = await destination.connection.domainGetState({ dom: byUuid, flags: 0 });
    const evidence = `state on ${there}: ${stateName(state)}`;
    return [found(byUuid.id >= 0 ? 'active-twice' : 'defined', named, evidence)];
  },
});
