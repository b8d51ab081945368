import type { InventoryFile } from './schema.ts';

/** Something that a schema can't see: a place in the file, and what is wrong there. */
export interface Misfit {
  readonly place: readonly (string | number)[];
  readonly message: string;
}

/** What doesn't go together in an inventory whose shape is right, first things first. */
export function* contradictions(file: InventoryFile): Generator<Misfit> {
  const { hosts, domains, groups } = file;
  yield* repeated('hosts', hosts);
  yield* repeated('domains', domains);
  yield* repeated('groups', groups);
  const hostNames = new Set(hosts.map(({ name }) => name));
  const domainNames = new Set(domains.map(({ name }) => name));
  const unknownHost = (name: string) => `no host is called ${name}`;
  for (const [i, domain] of domains.entries()) {
    if (!hostNames.has(domain.host))
      yield { place: ['domains', i, 'host'], message: `domain ${domain.name}: ${unknownHost(domain.host)}` };
    for (const [j, name] of (domain.onlyOn ?? []).entries())
      if (!hostNames.has(name))
        yield { place: ['domains', i, 'onlyOn', j], message: `domain ${domain.name}: ${unknownHost(name)}` };
    if (domain.onlyOn?.length === 0)
      yield { place: ['domains', i, 'onlyOn'], message: `domain ${domain.name} may be on no host at all` };
  }
  const zones = new Set(hosts.map(({ zone }) => zone)).size;
  for (const [i, { name, kind, domains: members, zones: wanted }] of groups.entries()) {
    const seen = new Set<string>();
    for (const [j, member] of members.entries()) {
      const place = ['groups', i, 'domains', j];
      if (!domainNames.has(member)) yield { place, message: `group ${name}: no domain is called ${member}` };
      if (seen.has(member)) yield { place, message: `group ${name} has ${member} twice` };
      seen.add(member);
    }
    if (kind === 'spread' && wanted > Math.min(zones, members.length))
      yield {
        place: ['groups', i, 'zones'],
        message: `group ${name} wants ${wanted} zones: there are ${zones}, and ${members.length} domains in it`,
      };
  }
  yield* opposed(file);
}

function* repeated(list: string, entries: readonly { readonly name: string }[]): Generator<Misfit> {
  const seen = new Map<string, number>();
  for (const [i, { name }] of entries.entries()) {
    const first = seen.get(name);
    if (first !== undefined)
      yield { place: [list, i, 'name'], message: `${name} is there already, as ${list}[${first}]` };
    else seen.set(name, i);
  }
}

/** Two domains that are to be together, by one group, and not, by another. */
function* opposed({ groups }: InventoryFile): Generator<Misfit> {
  const representative = new Map<string, string>();
  const root = (name: string): string => {
    let at = name;
    for (let up = representative.get(at); up !== undefined; up = representative.get(at)) at = up;
    return at;
  };
  for (const { kind, domains } of groups) {
    if (kind !== 'together') continue;
    const first = root(domains[0] ?? '');
    for (const name of domains) if (root(name) !== first) representative.set(root(name), first);
  }
  for (const [i, { name, kind, domains, zones }] of groups.entries()) {
    if (kind === 'together') continue;
    const seen = new Map<string, string>();
    for (const [j, member] of domains.entries()) {
      const other = seen.get(root(member));
      if (other !== undefined && kind === 'apart')
        yield {
          place: ['groups', i, 'domains', j],
          message: `group ${name} keeps ${other} and ${member} apart, which another group keeps together`,
        };
      seen.set(root(member), member);
    }
    if (kind === 'spread' && seen.size < zones)
      yield {
        place: ['groups', i, 'zones'],
        message: `group ${name} wants ${zones} zones for domains of which other groups keep all but ${seen.size - 1} together`,
      };
  }
}
