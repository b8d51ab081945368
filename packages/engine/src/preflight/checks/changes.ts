import { XmlFlag } from '@virt-ferry/libvirt';
import type { Changes, Mapping } from '../../model.ts';
import { isIn } from '../../translate/names.ts';
import { directoryOf } from '../../translate/read.ts';
import { translateXml } from '../../translate/xml.ts';
import { type CheckContext, defineCheck, type Texts } from '../check.ts';

const texts = {
  unmatched: {
    severity: 'blocker',
    message: '{domain} uses nothing that {option} {from}={to} would change',
    remedy: 'see what it uses: virsh dumpxml {domain}',
  },
  'no-pool': {
    severity: 'blocker',
    message: '{there} has no storage pool {pool} that is a directory',
    remedy: 'see what there is, on {there}: virsh pool-list --all --details',
  },
  made: { severity: 'notice', message: '{what} of {domain}: {from} becomes {to} on {there}' },
} as const satisfies Texts;

/** What the user wants to be called otherwise on the destination must be there, and be used; each change is said. */
export const changesCheck = defineCheck({
  subject: 'changes',
  title: 'the names that change fit the destination',
  texts,
  async run(context, found) {
    const { domain, destination, names, wishes } = context;
    if (wishes.changes === undefined) return [];
    const [there, of] = [destination.host.ref.name, { domain: domain.name }];
    const { pool } = wishes.changes;
    const noPool = pool !== null && (await directoryOf(pool, destination.connection)) === null;
    const unmatched = unused(wishes.changes, context);
    const { source, dom } = context;
    const { xml } = await source.connection.domainGetXmlDesc({ dom, flags: XmlFlag.migratable });
    const { changes } = translateXml(xml, names);
    return [
      ...(noPool ? [found('no-pool', { there, pool }, `libvirt knows none of that name`)] : []),
      ...unmatched.map(({ option, from, to }) =>
        found('unmatched', { ...of, option, from, to }, `looked for ${from} in its description`),
      ),
      ...changes.map(({ what, from, to }) =>
        found('made', { ...of, what, from, to, there }, `- ${from} + ${to}`),
      ),
    ];
  },
});

/** Mappings that change nothing of this domain. */
function unused(
  { paths, networks, bridges }: Changes,
  { domain }: Pick<CheckContext, 'domain'>,
): (Mapping & { readonly option: string })[] {
  const files = domain.disks.flatMap(({ source, backing }) => [source, ...backing]);
  const uses = {
    '--map-path': (from: string) => files.some((file) => 'path' in file && isIn(file.path, from)),
    '--map-network': (from: string) =>
      domain.nics.some(({ source }) => source.kind === 'network' && source.network === from),
    '--map-bridge': (from: string) =>
      domain.nics.some(({ source }) => source.kind === 'bridge' && source.bridge === from),
  };
  const all = { '--map-path': paths, '--map-network': networks, '--map-bridge': bridges };
  return Object.entries(all).flatMap(([option, mappings]) =>
    mappings
      .filter(({ from }) => !uses[option as keyof typeof uses](from))
      .map((mapping) => ({ ...mapping, option })),
  );
}
