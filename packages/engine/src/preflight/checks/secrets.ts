import { type Connection, ErrorNumber, isRemote, SecretUsage } from '@virt-ferry/libvirt';
import type { SecretName } from '../../model.ts';
import { defineCheck } from '../check.ts';

/** libvirt's type of use (`virSecretUsageType`) for the type that a disk's XML names; encryption is that of a volume. */
const usageOf: Readonly<Record<string, number>> = {
  ceph: SecretUsage.ceph,
  iscsi: SecretUsage.iscsi,
  passphrase: SecretUsage.volume,
};

/** No move brings a secret along, and each host looks up its own when it opens the disk (virSecretGetSecretString). */
export const secretsCheck = defineCheck({
  subject: 'secret',
  title: 'the destination has the secrets of the disks',
  texts: {
    missing: {
      severity: 'blocker',
      message: '{there} has no secret {secret}, which disk {disk} of {domain} needs',
      remedy:
        'define it on {there} as on {here} (virsh secret-dumpxml, secret-define) and give it its value there: virsh secret-set-value',
    },
    present: { severity: 'pass', message: '{there} has the secrets of the disks of {domain}' },
  },
  async run({ source, destination, domain }, found) {
    const values = { here: source.host.ref.name, there: destination.host.ref.name, domain: domain.name };
    const wanted = domain.disks.flatMap(({ target, secrets }) =>
      secrets.map((secret) => ({ disk: target, secret })),
    );
    const findings = await Promise.all(
      wanted.map(async ({ disk, secret }) => {
        const refusal = await refusalOf(secret, destination.connection);
        const name = secret.uuid ?? secret.usage ?? '';
        return refusal === null ? [] : [found('missing', { ...values, disk, secret: name }, refusal)];
      }),
    );
    if (wanted.length === 0 || findings.flat().length > 0) return findings.flat();
    return [found('present', values, 'whether they have the same value is not looked at')];
  },
});

/** What a host says that doesn't have the secret. */
async function refusalOf({ type, uuid, usage }: SecretName, connection: Connection): Promise<string | null> {
  try {
    if (uuid !== null) await connection.secretLookupByUuid({ uuid });
    else
      await connection.secretLookupByUsage({
        usageType: usageOf[type] ?? SecretUsage.none,
        usageId: usage ?? '',
      });
    return null;
  } catch (error) {
    if (isRemote(error, ErrorNumber.noSecret)) return error.message;
    throw error;
  }
}
