import { defineCheck } from '../check.ts';

/** A source that insists on TLS refuses to begin a move without it (qemu_migration.c, qemuMigrationSrcBegin). */
export const tlsCheck = defineCheck({
  subject: 'tls',
  title: 'the source lets guests go without TLS',
  texts: {
    forced: {
      severity: 'blocker',
      message: '{here} lets guests go only by TLS (migrate_tls_force), which Ferry does not use yet',
      // Not to switch it off: what it protects is the guest's memory.
      remedy: 'move it with virsh until then: virsh migrate --live --tls',
    },
  },
  async run({ source, shells }, found) {
    const { shell } = await shells.source();
    const forced = shell?.facts.qemuConf?.get('migrate_tls_force');
    if (forced !== '1') return [];
    return [found('forced', { here: source.host.ref.name }, `qemu.conf: migrate_tls_force = ${forced}`)];
  },
});
