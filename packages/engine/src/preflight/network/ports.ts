import type { HostFacts } from '../../host-shell/facts.ts';

/** The ports that QEMU's incoming side listens on. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** QEMU_MIGRATION_PORT_MIN and _MAX of libvirt's src/qemu/qemu_conf.c. */
const DEFAULT: PortRange = { first: 49_152, last: 49_215 };

/** The range that qemu.conf sets; `null` where it can't be read. */
export function portRange({ qemuConf }: Pick<HostFacts, 'qemuConf'>): PortRange | null {
  if (qemuConf === null) return null;
  const of = (name: string, otherwise: number) => Number(qemuConf.get(name) ?? otherwise);
  return {
    first: of('migration_port_min', DEFAULT.first),
    last: of('migration_port_max', DEFAULT.last),
  };
}

/** Those of a range that nothing uses: libvirt takes the lowest of them (src/util/virportallocator.c). */
export function freePorts({ first, last }: PortRange, busy: ReadonlySet<number>): number[] {
  const all = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  return all.filter((port) => !busy.has(port));
}

/** A few from all over the upper half of those that are free. */
export function sampleOf(free: readonly number[]): number[] {
  const upper = free.slice(Math.floor(free.length / 2));
  const picked = [upper[0], upper[Math.floor(upper.length / 2)], upper.at(-1)];
  return [...new Set(picked.filter((port) => port !== undefined))];
}
