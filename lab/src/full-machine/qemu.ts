import { join } from 'node:path';
import { macs, type Network, tapOf, uuidFor } from '../topology/names.ts';
import { type MachineTopology, mebibytes } from '../topology/topology.ts';
import { initialFiles } from './identity.ts';

/** What a machine writes on its serial line, from the kernel's first word on. */
export const consoleOf = (hostDirectory: string) => join(hostDirectory, 'console.log');
/** What a machine writes lies here; what it reads and never wrote, on the disk that all share. */
export const diskOf = (hostDirectory: string) => join(hostDirectory, 'disk.qcow2');

export interface FullMachineParts {
  readonly name: string;
  /** Hosts count from 1. */
  readonly number: number;
  readonly wanted: MachineTopology;
  readonly accelerator: 'kvm' | 'qemu';
  /** Where its kernel is. */
  readonly base: string;
  readonly hostDirectory: string;
}

/**
 * What a machine's kernel is told. Without page table isolation, since under TCG each change of the address space makes
 * QEMU forget all addresses it knew: a guest inside is slower by several times.
 */
const kernelCommandLine = 'root=/dev/vda rw console=ttyS0 quiet net.ifnames=0 mitigations=off';

/** All machines have the same processor; for TCG one that costs little to imitate. */
const processors = {
  kvm: ['-machine', 'q35,accel=kvm', '-cpu', 'host'],
  qemu: ['-machine', 'q35', '-accel', 'tcg,tb-size=256', '-cpu', 'Nehalem'],
};

/** The arguments of the QEMU that is a machine. */
export function qemuArguments({
  name,
  number,
  wanted,
  accelerator,
  base,
  hostDirectory,
}: FullMachineParts): string[] {
  const card = (network: Network) => [
    '-netdev',
    `tap,id=${network},ifname=${tapOf(network)},script=no,downscript=no`,
    '-device',
    `virtio-net-pci,netdev=${network},mac=${macs.card(number, network)}`,
  ];
  // Nothing of a lab outlives this machine, so no write has to wait for a disk. A comma in a path is doubled.
  const disk = `if=none,id=disk,format=qcow2,cache=unsafe,file=${diskOf(hostDirectory).replaceAll(',', ',,')}`;
  return [
    ...['-name', name, '-nodefaults', '-no-user-config', '-display', 'none'],
    ...processors[accelerator],
    ...['-m', String(mebibytes(wanted.memory)), '-smp', String(wanted.cpus)],
    // libvirt inside takes it as the host's, and refuses moves between equal ones.
    ...['-uuid', uuidFor('host', number)],
    ...['-kernel', join(base, 'vmlinuz'), '-initrd', initialFiles(hostDirectory)],
    ...['-append', kernelCommandLine],
    ...['-drive', disk, '-device', 'virtio-blk-pci,drive=disk'],
    ...card('management'),
    ...card('guests'),
    ...['-device', 'virtio-rng-pci'],
    ...['-chardev', `file,id=console,path=${consoleOf(hostDirectory).replaceAll(',', ',,')}`],
    ...['-serial', 'chardev:console'],
  ];
}
