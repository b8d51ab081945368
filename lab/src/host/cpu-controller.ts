import { readFile } from 'node:fs/promises';

/** Where the kernel's cpu controller is. */
export interface CpuController {
  readonly version: 1 | 2;
  readonly mountPoint: string;
  /** Those of its hierarchy: in version 1, `cpuacct` often shares it, and libvirt wants all of one hierarchy or none. */
  readonly controllers: readonly string[];
}

/** Finds the cpu controller in what /proc/self/mounts and /proc/self/cgroup hold; version 2 only says that it may be. */
export function parseCpuController(mounts: string, memberships: string): CpuController | null {
  const mounted = mounts.split('\n').map((line) => line.split(' '));
  const mountPointOf = (type: string, option: string) =>
    mounted.find(([, , kind, options]) => kind === type && options?.split(',').includes(option))?.[1];
  const hierarchies = memberships.split('\n').map((line) => line.split(':')[1]?.split(',') ?? []);
  const controllers = hierarchies.find((names) => names.includes('cpu'));
  const mountPoint = controllers ? mountPointOf('cgroup', 'cpu') : mountPointOf('cgroup2', 'rw');
  if (mountPoint === undefined) return null;
  return controllers
    ? { version: 1, mountPoint, controllers }
    : { version: 2, mountPoint, controllers: ['cpu'] };
}

/** The machine's cpu controller, `null` where none can be used: not in the kernel, not mounted, not ours to write to. */
export async function cpuController(): Promise<CpuController | null> {
  const [mounts, memberships] = await Promise.all(
    ['mounts', 'cgroup'].map((file) => readFile(`/proc/self/${file}`, 'utf8')),
  );
  return parseCpuController(mounts ?? '', memberships ?? '');
}

/** The options that mount it again; `unified` for version 2. */
export function hierarchyOf({ version, controllers }: CpuController): string {
  return version === 1 ? controllers.join(',') : 'unified';
}
