import { type DomainRef, ErrorNumber, isRemote, type RemoteError } from '@virt-ferry/libvirt';
import { type CheckContext, defineCheck, type Side } from '../check.ts';

/**
 * Ferry must be allowed to move domains on both hosts. Two calls tell, and change nothing. A read-only connection refuses
 * to set anything before it even looks for the domain (libvirt-domain.c, virCheckReadOnlyGoto), so it is asked for one
 * that no host has. And the access driver grants the maximum downtime only to those who have `domain:migrate`
 * (remote_protocol.x); on the destination, where there is no such domain yet, that does not show.
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

const NOBODY: DomainRef = { name: 'nobody', uuid: '00000000-0000-0000-0000-000000000001', id: -1 };

/** The error by which a host refuses to let us move the domain; `null` where it refuses for no such reason. */
async function refusal({ connection }: Side, { dom }: CheckContext): Promise<RemoteError | null> {
  const asked = await Promise.allSettled([
    connection.domainMigrateSetMaxDowntime({ dom: NOBODY, downtimeMs: 300n, flags: 0 }),
    connection.domainMigrateGetMaxDowntime({ dom, flags: 0 }),
  ]);
  const errors = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const lost = errors.find((error) => !isRemote(error));
  if (lost !== undefined) throw lost;
  const { operationDenied, accessDenied } = ErrorNumber;
  return errors.find((error) => isRemote(error, operationDenied, accessDenied)) ?? null;
}
