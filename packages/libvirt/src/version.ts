/** libvirt's way to write versions as numbers: 9_000_000 is 9.0.0. */
export function formatVersion(version: number): string {
  return [version / 1_000_000, (version / 1000) % 1000, version % 1000].map(Math.floor).join('.');
}
