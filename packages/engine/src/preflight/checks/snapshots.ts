import { sourceVouches } from '../ask-source.ts';
import { defineCheck } from '../check.ts';

/**
 * libvirt keeps what it knows of snapshots on one host, and refuses to move a domain that has any ("cannot migrate
 * domain with %d snapshots", src/qemu/qemu_migration.c).
 */
export const snapshotsCheck = defineCheck({
  subject: 'snapshots',
  title: 'the domain has no snapshots',
  texts: {
    present: {
      severity: 'blocker',
      message: '{domain} has {count} snapshots, which libvirt on {here} does not move',
      remedy:
        'virsh snapshot-list {domain}, and for each: virsh snapshot-delete {domain} NAME (with --metadata its image keeps it)',
    },
  },
  async run(context, found) {
    const { source, domain, dom } = context;
    const { count } = await source.connection.domainSnapshotNum({ dom, flags: 0 });
    if (count === 0 || (await sourceVouches(context, 'libvirt'))) return [];
    const named = { domain: domain.name, here: source.host.ref.name, count: String(count) };
    return [found('present', named, `libvirt counts ${count}`)];
  },
});
