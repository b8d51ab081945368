import { ofKind } from '../../inventory/devices.ts';
import { sourceVouches } from '../ask-source.ts';
import { defineCheck } from '../check.ts';

/**
 * Memory that a guest shares with others on its host: only the one that has the role of its master takes it along
 * (`qemuMigrationSrcIsAllowed`, src/qemu/qemu_migration.c; "peer mode" in QEMU's hw/misc/ivshmem.c).
 */
export const sharedMemoryCheck = defineCheck({
  subject: 'shared-memory',
  title: 'the domain shares no memory that stays behind',
  texts: {
    peer: {
      severity: 'blocker',
      message: '{domain} shares memory {name} with others on {here}, and is not its master',
      remedy: 'detach it first: virsh detach-device {domain} SHMEM.xml --live',
    },
    master: {
      severity: 'warning',
      message: '{domain} takes its shared memory {name} along, and whoever shares it on {here} loses it',
    },
  },
  async run(context, found) {
    const { source, domain } = context;
    const shared = ofKind(domain.devices, 'shared-memory');
    if (shared.length === 0) return [];
    const moves = await sourceVouches(context, 'libvirt');
    return shared.map(({ name, role, model }) => {
      const named = { domain: domain.name, here: source.host.ref.name, name };
      const evidence = `its description has a ${model} device with role ${role || 'not given'}`;
      return found(role === 'master' || moves ? 'master' : 'peer', named, evidence);
    });
  },
});
