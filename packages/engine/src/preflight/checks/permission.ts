import { ErrorNumber, isRemote } from '@virt-ferry/libvirt';
import { type CheckContext, defineCheck, type Side } from '../check.ts';

/**
 * Ferry must be allowed to move domains on both hosts. What tells is a call that changes nothing and is refused like one
 * that does: to read the maximum downtime a connection must not be read-only (libvirt-domain.c,
 * virDomainMigrateGetMaxDowntime), and the access driver must grant `domain:migrate` (remote_protocol.x). On the
 * destination, where there is no such domain yet, only the first of these shows.
 */
export const permissionCheck = defineCheck({
  subject: 'permission',
  title: 'Ferry may move domains on both hosts',
  texts: {
    'read-only': {
      severity: 'blocker',
      message: 'the connection to {host} is read-only',
      remedy: 'on {host}: use a URI of the full socket, libvirt-sock, not libvirt-sock-ro',
    },
    denied: {
      severity: 'blocker',
      message: 'libvirt on {host} does not let you move {domain}',
      remedy:
        'on {host}: a rule in /etc/polkit-1/rules.d that returns polkit.Result.YES where action.id is org.libvirt.api.domain.migrate and subject.user is yours',
    },
    allowed: { severity: 'pass', message: 'you may move domains on {here} and on {there}' },
  },
  async run(context, found) {
    const { source, destination, domain } = context;
    const refused = await Promise.all([refusal(source, context), refusal(destination, context)]);
    const findings = [source, destination].flatMap((side, index) => {
      const error = refused[index];
      if (!error) return [];
      const host = side.host.ref.name;
      return error.number === ErrorNumber.operationDenied
        ? [found('read-only', { host }, error.message)]
        : [found('denied', { host, domain: domain.name }, error.message)];
    });
    if (findings.length > 0) return findings;
    const named = { here: source.host.ref.name, there: destination.host.ref.name };
    return [found('allowed', named, 'asked both for what only those may ask who may move it')];
  },
});

/** The error by which a host refuses to let us move the domain; `null` where it refuses for no such reason. */
async function refusal({ connection }: Side, { dom }: CheckContext) {
  try {
    await connection.domainMigrateGetMaxDowntime({ dom, flags: 0 });
  } catch (error) {
    if (isRemote(error, ErrorNumber.operationDenied, ErrorNumber.accessDenied)) return error;
    if (!isRemote(error)) throw error;
  }
  return null;
}
