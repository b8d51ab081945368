import type { Domain, Host } from '../model.ts';

/** QEMU 9.0, as libvirt counts. */
const MENDED_IN = 9_000_000;

/**
 * Whether a guest's writes may be missed while it moves. Before QEMU 9.0 an emulated processor goes on writing to pages
 * that it wrote to before the last pass began, without anybody noticing, for as long as its own table of pages (TLB)
 * holds them ("physmem: Fix migration dirty bitmap coherency with TCG memory access", 03bfc2188f06). The less a guest
 * runs between two passes, the longer that is, so such a guest gets neither short limits nor thin slices, and no more of
 * auto-converge than QEMU gives by itself. KVM never had that fault.
 */
export function missesWrites(
  { virtType }: Pick<Domain, 'virtType'>,
  { hypervisorVersion }: Pick<Host, 'hypervisorVersion'>,
): boolean {
  return virtType !== 'kvm' && hypervisorVersion < MENDED_IN;
}
