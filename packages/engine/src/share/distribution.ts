import type { ShareFacts } from './facts.ts';

/** How packages come to a host, and what they are called there. */
export interface Distribution {
  readonly manager: 'dnf' | 'apt';
  readonly serverPackages: readonly string[];
  readonly clientPackages: readonly string[];
}

const dnf: Distribution = { manager: 'dnf', serverPackages: ['nfs-utils'], clientPackages: ['nfs-utils'] };
const apt: Distribution = {
  manager: 'apt',
  serverPackages: ['nfs-kernel-server'],
  clientPackages: ['nfs-common'],
};

const byId: Readonly<Record<string, Distribution>> = {
  openEuler: dnf,
  openeuler: dnf,
  fedora: dnf,
  rhel: dnf,
  centos: dnf,
  rocky: dnf,
  almalinux: dnf,
  debian: apt,
  ubuntu: apt,
};

/** By its `ID` in os-release(5), or by one that it says it is like; `null` where Ferry knows neither. */
export function distributionOf({ os, programs }: Pick<ShareFacts, 'os' | 'programs'>): Distribution | null {
  const known = [os.id, ...os.like].flatMap((id) => byId[id] ?? [])[0] ?? null;
  const program = known?.manager === 'apt' ? 'apt-get' : 'dnf';
  return programs.has(program) ? known : null;
}
