import { messageOf, XmlFlag } from '@virt-ferry/libvirt';
import { EngineError } from '../errors.ts';
import { all, attributeAt, parseXml } from '../inventory/xml.ts';
import type { ShareHost } from './host.ts';
import type { ShareProblem } from './model.ts';
import { tagOf } from './path-rules.ts';
import { problem } from './texts.ts';

/**
 * The domains of a host, running or not, that have something below a directory: disks, what they build on, installation
 * media, firmware. Throws an EngineError, `share`, where libvirt can't be asked.
 */
export async function usersOf(host: ShareHost, directory: string): Promise<ShareProblem[]> {
  try {
    const connection = await host.libvirt();
    const { domains } = await connection.connectListAllDomains({ needResults: true, flags: 0 });
    const texts = await Promise.all(
      domains.map(async (dom) => {
        // What it has open now, and what it will have when it is started next.
        const [now, next] = await Promise.all([
          connection.domainGetXmlDesc({ dom, flags: 0 }),
          connection.domainGetXmlDesc({ dom, flags: XmlFlag.inactive }),
        ]);
        return { name: dom.name, xmls: [now.xml, next.xml] };
      }),
    );
    return texts.flatMap(({ name, xmls }) => {
      const [path] = xmls.flatMap((xml) => pathsBelow(directory, xml, name));
      return path === undefined ? [] : [problem('in-use', host.ref.name, { domain: name, path })];
    });
  } catch (error) {
    const what = `cannot ask the libvirtd of ${host.ref.name} which domains use ${directory}`;
    throw new EngineError('share', `${what}: ${messageOf(error)}`, { cause: error });
  }
}

/** What a domain's description names below a directory, or in the pool that is mounted there. */
export function pathsBelow(directory: string, xml: string, name: string): string[] {
  const root = parseXml(xml, `domain ${name}`);
  const pool = tagOf(directory);
  const volumes = all(root, 'devices/disk/source').flatMap((source) =>
    attributeAt(source, '', 'pool') === pool ? [`${pool}/${attributeAt(source, '', 'volume') ?? ''}`] : [],
  );
  return [...textsOf(root).filter((text) => text.startsWith(`${directory}/`)), ...volumes];
}

type Element = ReturnType<typeof parseXml>;

/** All attributes and texts, whatever they mean: a path that is named anywhere may be in use. */
function textsOf(element: Element): string[] {
  const found = Array.from(element.attributes, ({ value }) => value);
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === node.ELEMENT_NODE) found.push(...textsOf(node as Element));
    else if (node.nodeType === node.TEXT_NODE) found.push(node.nodeValue?.trim() ?? '');
  }
  return found;
}
