/** libvirt's memory units (formatdomain, `<memory unit=…>`): KiB where none is given. */
const units: Readonly<Record<string, number>> = {
  b: 1,
  bytes: 1,
  KB: 1e3,
  k: 1024,
  KiB: 1024,
  MB: 1e6,
  M: 1024 ** 2,
  MiB: 1024 ** 2,
  GB: 1e9,
  G: 1024 ** 3,
  GiB: 1024 ** 3,
  TB: 1e12,
  T: 1024 ** 4,
  TiB: 1024 ** 4,
};

/** How many bytes a unit of libvirt's XML is. */
export function unitBytes(unit: string | null): number {
  return units[unit ?? 'KiB'] ?? 1024;
}
