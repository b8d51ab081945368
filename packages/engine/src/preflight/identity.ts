import { lookUp, stateName } from '../inventory/domain.ts';
import { type Check, findingsOf } from './check.ts';

const { blocker, notice, pass } = findingsOf('identity');

/** The destination must not have another domain of that name or UUID, nor an active one that is the same. */
export const identityCheck: Check = {
  subject: 'identity',
  title: 'name and UUID are free on the destination',
  async run({ destination, domain }) {
    const there = destination.host.ref.name;
    const [byUuid, byName] = await Promise.all([
      lookUp(destination.connection, domain.uuid),
      lookUp(destination.connection, domain.name),
    ]);
    if (byName && byName.uuid !== domain.uuid) {
      const message = `${there} has another domain named ${domain.name}`;
      const evidence = `its UUID is ${byName.uuid}, that of the one to move is ${domain.uuid}`;
      return [
        blocker(
          { id: 'name-taken', message, evidence },
          `rename it on ${there}: virsh domrename ${domain.name} NEW`,
        ),
      ];
    }
    if (byUuid && byUuid.name !== domain.name) {
      const message = `${there} has the UUID of ${domain.name} under another name, ${byUuid.name}`;
      const evidence = `UUID ${domain.uuid}`;
      return [
        blocker({ id: 'uuid-taken', message, evidence }, `remove or redefine ${byUuid.name} on ${there}`),
      ];
    }
    if (!byUuid) {
      const message = `no domain on ${there} has the name or UUID of ${domain.name}`;
      return [pass({ id: 'free', message, evidence: `looked up ${domain.name} and ${domain.uuid}` })];
    }
    const { state } = await destination.connection.domainGetState({ dom: byUuid, flags: 0 });
    const evidence = `state on ${there}: ${stateName(state)}`;
    if (byUuid.id >= 0) {
      const message = `${domain.name} is active on ${there} already`;
      return [
        blocker(
          { id: 'active-twice', message, evidence },
          `look at both hosts before anything else: ferry list`,
        ),
      ];
    }
    const message = `${there} has an inactive definition of ${domain.name}, which the move will replace`;
    return [notice({ id: 'defined', message, evidence })];
  },
};
