/** What the fields of a JSON object must be. By hand: a schema library takes too long to load (docs/adr/0002). */
export type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isTextOrNull(value: unknown): boolean {
  return value === null || isText(value);
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function isNumberOrNull(value: unknown): boolean {
  return value === null || isNumber(value);
}

export function isOneOf(...values: readonly string[]): (value: unknown) => boolean {
  return (value) => isText(value) && values.includes(value);
}

/** The first field that isn't as it must be; `null` where all are. */
export function misfit(value: unknown, shape: Shape): string | null {
  if (!isObject(value)) return 'everything';
  return Object.keys(shape).find((field) => shape[field]?.(value[field]) === false) ?? null;
}
