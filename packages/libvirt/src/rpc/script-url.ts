/** A script beside this one that runs by itself; it has the same name in source (.ts) and once compiled (.js). */
export function besideThis(name: string): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}
