/** The numbers in libvirt's notation for CPUs and NUMA nodes (virBitmapParse): `0-3,^2,8`. */
export function parseNumberSet(text: string): Set<number> {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const [, not, from, to] = /^\s*(\^?)(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    if (from === undefined) continue;
    for (let number = Number(from); number <= Number(to ?? from); number++) {
      if (not) numbers.delete(number);
      else numbers.add(number);
    }
  }
  return numbers;
}
