/** The names in braces in a text. */
type NamesIn<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** What a text needs to be filled with. */
export type ValuesIn<T extends string> = Readonly<Record<NamesIn<T>, string>>;

/** Puts values in the place of their names: `{host} is full`. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
