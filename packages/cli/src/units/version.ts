/** libvirt's way to write versions as numbers: 9_000_000 is 9.0.0. */
export function formatVersion(version: number): string {
  return `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`;
}
