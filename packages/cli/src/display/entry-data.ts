import { MigrateFlag } from '@virt-ferry/libvirt';
import { formatDuration } from '../units/duration.ts';
import { formatBytes, formatRate } from '../units/rate.ts';

/** A field of a journal entry as `name=value`, with units and flags in words. */
export function fieldText(name: string, value: unknown): string {
  if (typeof value === 'number') {
    if (/flags$/i.test(name)) return `${name}=${flagWords(value)}`;
    const [, bare = '', unit] = /^(.*?)(BytesPerS|Bytes|Ms)$/.exec(name) ?? [];
    if (unit === 'Ms') return `${bare}=${formatDuration(value)}`;
    if (unit === 'Bytes') return `${bare}=${formatBytes(value)}`;
    if (unit === 'BytesPerS') return `${bare}=${formatRate(value)}`;
  }
  return `${name}=${valueText(name, value)}`;
}

function valueText(name: string, value: unknown): string {
  if (name === 'created') return createdText(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `VIR_MIGRATE_*` by name; a bit that has none as a number. */
function flagWords(flags: number): string {
  const named = Object.entries(MigrateFlag).filter(([, bit]) => (flags & bit) !== 0);
  const rest = named.reduce((left, [, bit]) => left & ~bit, flags);
  const words = named.map(([name]) => libvirtName(name));
  return [...words, ...(rest === 0 && words.length > 0 ? [] : [`0x${rest.toString(16)}`])].join('|');
}

/** `persistDest` is `VIR_MIGRATE_PERSIST_DEST`; only POSTCOPY libvirt writes as one word. */
function libvirtName(name: string): string {
  return name
    .replace('postCopy', 'postcopy')
    .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase();
}

/** The parameters of a move: flags of both sides, and what else goes to libvirt. */
export function parameterLines(value: unknown): string[] {
  const { sourceFlags, destinationFlags, params } = fields(value);
  const typed = Array.isArray(params) ? params.map(fields) : [];
  const others = typed.map(({ field, value: given }) => `${String(field)}=${String(given)}`);
  return [
    fieldText('sourceFlags', sourceFlags),
    fieldText('destinationFlags', destinationFlags),
    ...(others.length > 0 ? [others.join('  ')] : []),
  ];
}

function createdText(value: unknown): string {
  const { kind, name, pool, path } = fields(value);
  if (kind === 'pool') return `pool ${String(name)}`;
  if (kind === 'volume') return `volume ${String(name)} in pool ${String(pool)} (${String(path)})`;
  return JSON.stringify(value);
}

/** The fields of what should be an object. */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
