import { macs } from '../topology/names.ts';
import type { Guest } from './spec.ts';

/** Where every host sees the guest image. */
export const IMAGE_IN_HOST = '/srv/image';
export const SHARED_IN_HOST = '/srv/shared';
export const LOCAL_IN_HOST = '/var/lib/libvirt/images';

/** Where a guest's console is written, on the host that it runs on. */
export const consoleInHost = (name: string) => `/var/log/libvirt/qemu/${name}-console.log`;

/**
 * Where the QEMU of a guest listens for the observer: a monitor of its own, on each host that the guest comes to, since
 * the same XML goes with it. Only one client can talk to it at a time.
 */
export const observerSocketInHost = (name: string) => `/run/ferry-observer/${name}.sock`;

/**
 * What spares a guest's kernel work where one emulation runs in another, and a timer's tick takes longer than the time to
 * the next. With them, and none of its own on the machine (full-machine/qemu.ts), it boots in 75 s of processor time
 * instead of several hundred.
 */
const inFullMachine =
  'mitigations=off acpi=off nohz=off highres=off cryptomgr.notests audit=0 apparmor=0 i8042.noaux i8042.nokbd';

/** What runs a guest: KVM, TCG, or TCG in a full machine. */
export type GuestEngine = 'kvm' | 'qemu' | 'full machine';

/** The domain XML of a lab guest. */
export function guestXml(guest: Guest, engine: GuestEngine): string {
  const settings = [
    'console=ttyS0 quiet',
    ...(engine === 'full machine' ? [inFullMachine] : []),
    `ADDRESS=${guest.address}`,
    `MEMORY_MIB=${guest.loadMemoryMiB}`,
    `MEMORY_RATE=${guest.memoryRateMBps}`,
    `PATTERN=${guest.pattern}`,
    `ACCESS=${guest.access}`,
    `DISK_MIB=${guest.diskPath === null ? 0 : guest.diskMiB}`,
    `DISK_RATE=${guest.diskRateMBps}`,
  ];
  const disk = `
    <disk type="file" device="disk">
      <driver name="qemu" type="${guest.diskFormat}" cache="none"/>
      <source file="${guest.diskPath}"/>
      <target dev="vda" bus="virtio"/>
    </disk>`;
  return `<domain type="${engine === 'kvm' ? 'kvm' : 'qemu'}" xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">
  <name>${guest.name}</name>
  <uuid>${guest.uuid}</uuid>
  <memory unit="MiB">${guest.memoryMiB}</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch="x86_64" machine="${guest.machine}">hvm</type>
    <kernel>${IMAGE_IN_HOST}/vmlinuz</kernel>
    <initrd>${IMAGE_IN_HOST}/initrd</initrd>
    <cmdline>${settings.join(' ')}</cmdline>
  </os>
  <features><acpi/></features>
  <cpu mode="custom" match="exact" check="none"><model fallback="forbid">${guest.cpu}</model></cpu>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>${guest.diskPath === null ? '' : disk}
    <interface type="bridge">
      <mac address="${macs.guest(guest.index)}"/>
      <source bridge="br0"/>
      <model type="virtio"/>
    </interface>
    <serial type="file"><source path="${consoleInHost(guest.name)}"/></serial>
    <memballoon model="none"/>
  </devices>
  <qemu:commandline>
    <qemu:arg value="-qmp"/>
    <qemu:arg value="unix:${observerSocketInHost(guest.name)},server=on,wait=off"/>
  </qemu:commandline>
</domain>
`;
}
