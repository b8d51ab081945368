import { ofKind } from '../inventory/devices.ts';
import type { Domain, Host } from '../model.ts';

/** As libvirt counts: the first QEMU that reports the CPU feature `ht` where a guest has it. */
const QEMU_REPORTS_HT = 10_000_000;
/** The first libvirt that takes such a guest from an older QEMU (NEWS.rst of 11.10.0). */
const LIBVIRT_TAKES_HT = 11_010_000;

/**
 * A guest of which several vCPUs share a socket has the CPU feature `ht`. QEMU 10 says so and older ones don't, and
 * libvirt takes that for another CPU once all memory has been sent: "guest CPU doesn't match specification: extra
 * features: ht" on the way to QEMU 10, "missing features: ht" on the way from it. Known from harvester/harvester#11615
 * and kubevirt/kubevirt#16386; both ways seen between libvirt 9.0 with QEMU 7.2 and libvirt 11.3 with QEMU 10.0. A
 * distribution may have mended an older libvirt, which its version doesn't show.
 */
export function trippedByHt(domain: Domain, from: Host, to: Host): boolean {
  const tells = (host: Host) => host.hypervisorVersion >= QEMU_REPORTS_HT;
  const has = ofKind(domain.devices, 'cpu').some(({ perSocket }) => perSocket > 1);
  if (domain.arch !== 'x86_64' || !has || tells(from) === tells(to)) return false;
  return tells(from) || to.libvirtVersion < LIBVIRT_TAKES_HT;
}

/**
 * QEMU 8.0.0 gave PCI Express devices of older machine types a register that they never had, which an older QEMU refuses
 * once all memory has been sent: "get_pci_config_device: Bad config data: i=0x10a" (hw_compat_7_2 and
 * `x-pcie-err-unc-mask` in hw/core/machine.c mend it, from 8.0.1 on).
 */
export function trippedByPcie(domain: Domain, from: Host, to: Host): boolean {
  const BROKEN = 8_000_000;
  return /q35/.test(domain.machine) && from.hypervisorVersion === BROKEN && to.hypervisorVersion < BROKEN;
}
